import type { MicroserviceSite } from "../microserviceSite.ts";
import type { GeneratedSecret } from "../secrets.ts";
import type { ResolvedMicroservice } from "./defaults.ts";
import {
  planExternalSecret,
  planIssuedSecret,
  planIssuer,
  planSecretStore,
  planVaultAuthority,
} from "./externalSecrets.ts";
import { type IssueRole, issueParameters, issueRoles } from "./issuedKeys.ts";
import type {
  ConfigMapManifest,
  ExternalSecretManifest,
  SecretStoreManifest,
  VaultDynamicSecretManifest,
} from "./manifests.ts";
import { ProblemsError } from "./problems.ts";
import { policyName, secretsOf, usesVault } from "./secrets.ts";
import { applyTransform } from "./transform.ts";
import { type LoginRole, policyText, servicePolicy, serviceRole } from "./vaultPolicy.ts";

/** One service's slice of Vault, and what carries it into the cluster. */
export interface VaultPlan {
  readonly policy: { readonly name: string; readonly policy: string };
  readonly role: LoginRole;
  /** The values to be generated once. */
  readonly seeds: readonly { readonly key: string; readonly path: string; readonly secret: GeneratedSecret }[];
  readonly issueRoles: readonly IssueRole[];
  readonly authority: ConfigMapManifest;
  /** Undefined where Vault Agent delivers, or no value is stored. */
  readonly secretStore: SecretStoreManifest | undefined;
  readonly externalSecret: ExternalSecretManifest | undefined;
  /** For each issued key what has it issued and what keeps it; empty where Vault Agent delivers. */
  readonly issued: readonly {
    readonly bundle: string;
    readonly issuer: VaultDynamicSecretManifest;
    readonly externalSecret: ExternalSecretManifest;
  }[];
}

/**
 * Plans what a service needs of Vault; undefined where it needs nothing.
 * @throws ProblemsError where it needs Vault and the site has none, or a transform fails.
 */
export function planVault(service: ResolvedMicroservice, { vault }: MicroserviceSite): VaultPlan | undefined {
  if (!usesVault(service)) return undefined;
  if (vault === undefined) {
    const message = "come from Vault, and the site has none; state the site's vault, or name existing Secrets";
    throw new ProblemsError([{ file: service.name, path: "secrets", message }]);
  }
  const { stored, issued } = secretsOf(service);
  const { transforms = {} } = service;
  const authority = planVaultAuthority(service, vault);
  const { name } = authority.metadata;
  const byOperator = service.secretDelivery === "env";
  const copied = byOperator && stored.length > 0;
  return {
    policy: { name: policyName(service), policy: policyText(servicePolicy(service)) },
    role: serviceRole(service),
    seeds: stored.flatMap(({ key, path, secret }) => (secret.kind === "generated" ? [{ key, path, secret }] : [])),
    issueRoles: issueRoles(service),
    authority,
    secretStore: copied ? applyTransform(transforms.secretStore, planSecretStore(service, vault, name)) : undefined,
    externalSecret: copied ? applyTransform(transforms.externalSecret, planExternalSecret(service, stored)) : undefined,
    issued: byOperator
      ? issued.map((key) => ({
          bundle: key.bundle,
          issuer: planIssuer(service, key, issueParameters(service, key), vault, name),
          externalSecret: applyTransform(transforms.externalSecret, planIssuedSecret(service, key)),
        }))
      : [],
  };
}
