import { loginNames, loginRoles } from "./login.ts";
import { vaultMounts } from "./mounts.ts";
import { pkiRoles } from "./pki.ts";
import { ofAccount, policyText, registryPolicy, servicesPolicy } from "./policy.ts";

/** Name of the deployment's policy in Vault. */
export const deploymentPolicyName = "gemelos-deployment";

/** Something in Vault that an operator writes once, and that no deployment may change. */
export interface SetupObject {
  /** Path below `/v1/`. */
  readonly path: string;
  /** What is written there, by Vault's own names; durations are in seconds. */
  readonly data: object;
}

/**
 * What a site's operator writes into Vault before the first deployment: who may log in, what they may read, and which names
 * their certificates may have. Whoever may change it can read every value, so a deployment must not be able to.
 * @param authMount path of the Kubernetes auth mount, without `auth/`
 * @param accessor accessor of that mount
 */
export function setupObjects(authMount: string, accessor: string): SetupObject[] {
  const account = { name: ofAccount(accessor, "name"), namespace: ofAccount(accessor, "namespace") };
  const named = (place: string, objects: Readonly<Record<string, object>>) =>
    Object.entries(objects).map(([name, data]) => ({ path: `${place}/${name}`, data }));
  return [
    ...named("sys/policies/acl", {
      [loginNames.services]: { policy: policyText(servicesPolicy(accessor)) },
      [loginNames.registry]: { policy: policyText(registryPolicy()) },
    }),
    ...named(`auth/${authMount}/role`, loginRoles()),
    ...named(`${vaultMounts.pki}/roles`, pkiRoles(account)),
  ];
}
