import { clusterDomain } from "../description/index.ts";
import type { SiteData, SiteNetwork, SiteVault } from "../siteData.ts";
import { loginNames, loginRoles } from "./login.ts";
import { vaultMounts } from "./mounts.ts";
import { pkiRoles } from "./pki.ts";
import { hostsPolicy, ofAccount, policyText, registryPolicy, servicesPolicy } from "./policy.ts";

/** Name of the deployment's policy in Vault. */
export const deploymentPolicyName = "gemelos-deployment";

/** What the setup of a site's Vault depends on. */
export interface SetupSite {
  readonly vault: Pick<SiteVault, "authMount">;
  readonly domains: SiteData["domains"];
  /**
   * The cluster's own network, for the names in certificates.
   * @default kubeadm's and Kubespray's
   */
  readonly network?: Pick<SiteNetwork, "dns">;
}

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
 * @param accessor accessor of the site's Kubernetes auth mount
 */
export function setupObjects(site: SetupSite, accessor: string): SetupObject[] {
  const { vault, domains } = site;
  const account = { name: ofAccount(accessor, "name"), namespace: ofAccount(accessor, "namespace") };
  const named = (place: string, objects: Readonly<Record<string, object>>) =>
    Object.entries(objects).map(([name, data]) => ({ path: `${place}/${name}`, data }));
  return [
    ...named("sys/policies/acl", {
      [loginNames.services]: { policy: policyText(servicesPolicy(accessor)) },
      [loginNames.registry]: { policy: policyText(registryPolicy()) },
      [loginNames.hosts]: { policy: policyText(hostsPolicy(accessor)) },
    }),
    ...named(`auth/${vault.authMount}/role`, loginRoles(domains)),
    ...named(`${vaultMounts.pki}/roles`, pkiRoles(account, clusterDomain(site))),
  ];
}
