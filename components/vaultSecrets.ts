import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vault from "@pulumi/vault";
import { alphabets, type GeneratedValue, type VaultManifests, valueField, vaultMounts } from "./vault/index.ts";

/**
 * Arguments of {@link VaultSecrets}: what one service needs of Vault, from its `MicroserviceManifests`. All are plain
 * values: they decide which objects exist.
 */
export type VaultSecretsArgs = VaultManifests;

/** The children of a {@link VaultSecrets}. */
export interface VaultSecretsResources {
  /** Key of a generated secret -> its KV secret in Vault. */
  readonly generatedSecrets: ReadonlyMap<string, vault.kv.SecretV2>;
  readonly authority: kubernetes.core.v1.ConfigMap;
  /** The custom resources of the External Secrets Operator; empty where Vault Agent delivers. */
  readonly externalSecrets: readonly kubernetes.apiextensions.CustomResource[];
}

/**
 * One service's values in Vault that are generated, and the objects that bring all of its values into the cluster. Who may
 * read them is what the site's operator has set up (see `setupScript`), and nothing that this component could change.
 *
 * A generated value is written once; Vault is the source of truth afterwards. A value that was rotated there survives every
 * update, and so does one whose length was changed in code. Supplied values never pass through this component.
 *
 * @example
 * const { vault } = microserviceManifests({ service, site, release });
 * if (vault !== undefined) new VaultSecrets("receipts-secrets", vault, { providers: [cluster, vault, random] });
 */
export class VaultSecrets extends pulumi.ComponentResource {
  /** Its children. */
  readonly resources: VaultSecretsResources;

  constructor(name: string, manifests: VaultSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:VaultSecrets", name, {}, opts);
    const child = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const generatedSecrets = new Map(
      manifests.generatedSecrets.map((secret) => [
        secret.key,
        createGeneratedSecret(`${name}-${secret.key}`, secret, child),
      ]),
    );
    const authority = new kubernetes.core.v1.ConfigMap(`${name}-authority`, manifests.authority, child);
    const readable = { parent: this, dependsOn: [authority, ...generatedSecrets.values()] };
    this.resources = {
      generatedSecrets,
      authority,
      externalSecrets: createExternalSecrets(name, manifests, readable),
    };
    this.registerOutputs({});
  }
}

/**
 * Generates a value and writes it into Vault once. Neither a changed length nor a value rotated in Vault causes another
 * write. A value that is there already, such as that of a service which was removed and comes back, is taken over; one that
 * is removed from the program stays in Vault.
 */
function createGeneratedSecret(
  name: string,
  { path, secret, exists }: GeneratedValue,
  child: pulumi.CustomResourceOptions,
): vault.kv.SecretV2 {
  const value = new random.RandomPassword(
    `${name}-value`,
    {
      length: secret.length,
      upper: false,
      lower: false,
      numeric: false,
      special: true,
      overrideSpecial: alphabets[secret.alphabet],
    },
    { ...child, ignoreChanges: ["length", "overrideSpecial"] },
  );
  return new vault.kv.SecretV2(
    name,
    {
      mount: vaultMounts.services,
      name: path,
      dataJson: value.result.apply((result) => JSON.stringify({ [valueField]: result })),
    },
    {
      ...child,
      ignoreChanges: ["dataJson"],
      retainOnDelete: true,
      // Without an effect on a value that the stack has already: the engine imports only what it does not know.
      ...(exists ? { import: `${vaultMounts.services}/data/${path}` } : {}),
    },
  );
}

function createExternalSecrets(
  name: string,
  { secretStore, externalSecret, issued }: VaultManifests,
  options: pulumi.CustomResourceOptions,
): kubernetes.apiextensions.CustomResource[] {
  const create = (part: string, manifest: kubernetes.apiextensions.CustomResourceArgs) =>
    new kubernetes.apiextensions.CustomResource(`${name}-${part}`, manifest, options);
  return [
    ...(secretStore === undefined ? [] : [create("store", secretStore)]),
    ...(externalSecret === undefined ? [] : [create("external-secret", externalSecret)]),
    ...issued.flatMap((key) => [
      create(`${key.bundle}-issuer`, key.issuer),
      create(`${key.bundle}-external-secret`, key.externalSecret),
    ]),
  ];
}
