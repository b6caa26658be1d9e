import { clusterDomain, type ResolvedMicroservice } from "../description/index.ts";
import { DiagnosticCollector, ValidationError } from "../diagnostic.ts";
import {
  type ConfigMapManifest,
  collectingTransforms,
  type ExternalSecretManifest,
  type SecretStoreManifest,
  type VaultDynamicSecretManifest,
  withPatchForce,
} from "../kubernetes/index.ts";
import type { GeneratedSecret } from "../secrets.ts";
import type { MicroserviceSite } from "../siteData.ts";
import {
  externalSecretManifest,
  secretStoreManifest,
  tlsExternalSecretManifest,
  vaultCaManifest,
  vaultDynamicSecretManifest,
} from "./externalSecrets.ts";
import { issueParameters } from "./pki.ts";

/** A value that is generated once. */
export interface GeneratedValue {
  /** The key in the description. */
  readonly key: string;
  /** Path in the mount `services`. */
  readonly path: string;
  readonly secret: GeneratedSecret;
  /** Whether Vault has a value at that path already: it is taken over, and none is generated. */
  readonly exists: boolean;
}

/** What one service needs of Vault, and the objects that bring it into the cluster. */
export interface VaultManifests {
  /** The values that are generated once. */
  readonly generatedSecrets: readonly GeneratedValue[];
  readonly authority: ConfigMapManifest;
  /** Undefined where Vault Agent delivers the secrets, or no value is stored. */
  readonly secretStore: SecretStoreManifest | undefined;
  readonly externalSecret: ExternalSecretManifest | undefined;
  /** Generator and ExternalSecret of each issued key; empty where Vault Agent delivers the secrets. */
  readonly issued: readonly {
    readonly bundle: string;
    readonly issuer: VaultDynamicSecretManifest;
    readonly externalSecret: ExternalSecretManifest;
  }[];
}

/**
 * Builds what a service needs of Vault, with its transforms applied; undefined where it needs nothing.
 * @param file the description's file or folder, for diagnostics.
 * @param existing paths in the mount `services` at which Vault has a value already.
 * @throws ValidationError where the service needs Vault and the site has none, or a transform fails.
 */
export function vaultManifests(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  file: string,
  existing: ReadonlySet<string>,
): VaultManifests | undefined {
  const { stored, issued, delivery, fromVault } = service.secrets;
  if (!fromVault) return undefined;
  const { vault } = site;
  if (vault === undefined) {
    const message = "come from Vault, and the site has none; state the site's vault, or name existing Secrets";
    throw new ValidationError([{ file, path: "secrets", message }]);
  }
  const { transforms } = service;
  const authority = withPatchForce(vaultCaManifest(service, vault));
  const { name } = authority.metadata;
  const byOperator = delivery === "env";
  const copied = byOperator && stored.length > 0;
  const problems = new DiagnosticCollector();
  const transformed = collectingTransforms(problems, file);
  const externalSecret = (manifest: ExternalSecretManifest) => transformed(transforms.externalSecret, manifest);
  const manifests = {
    generatedSecrets: stored.flatMap(({ key, path, secret }) =>
      secret.kind === "generated" ? [{ key, path, secret, exists: existing.has(path) }] : [],
    ),
    authority,
    secretStore: copied ? transformed(transforms.secretStore, secretStoreManifest(service, vault, name)) : undefined,
    externalSecret: copied ? externalSecret(externalSecretManifest(service, stored)) : undefined,
    issued: byOperator
      ? issued.map((key) => ({
          bundle: key.bundle,
          issuer: withPatchForce(
            vaultDynamicSecretManifest(service, key, issueParameters(service, key, clusterDomain(site)), vault, name),
          ),
          externalSecret: externalSecret(tlsExternalSecretManifest(service, key)),
        }))
      : [],
  };
  problems.finish();
  return manifests;
}
