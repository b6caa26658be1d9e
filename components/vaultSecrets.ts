import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vault from "@pulumi/vault";
import { resolveMicroservice } from "./internal/defaults.ts";
import { ProblemsError } from "./internal/problems.ts";
import { alphabets, valueField, vaultMounts } from "./internal/secrets.ts";
import { planVault, type VaultPlan } from "./internal/vaultPlan.ts";
import type { Microservice } from "./microservice.ts";
import type { MicroserviceSite } from "./microserviceSite.ts";

/** Arguments of {@link VaultSecrets}. All are plain values: they decide which objects exist. */
export interface VaultSecretsArgs {
  /** The service whose `secrets` come from Vault. */
  readonly service: Microservice;
  /** Its site, with a Vault that has the mounts of a `VaultSite`. */
  readonly site: MicroserviceSite;
  /** Resources that must exist first: the service's account, the mounts. Default none. */
  readonly after?: readonly pulumi.Resource[];
}

/** The resources of {@link VaultSecrets}. */
export interface VaultSecretsNodes {
  readonly policy: vault.Policy;
  readonly role: vault.kubernetes.AuthBackendRole;
  /** Key of a generated secret -> its place in Vault. */
  readonly seeds: ReadonlyMap<string, vault.kv.SecretV2>;
  readonly issueRoles: readonly vault.pkisecret.SecretBackendRole[];
  readonly authority: kubernetes.core.v1.ConfigMap;
  /** What the External Secrets Operator works by; empty where Vault Agent delivers. */
  readonly deliveries: readonly kubernetes.apiextensions.CustomResource[];
}

/**
 * One service's slice of Vault: a policy that reads its own values and nothing else, a role that only its own account can
 * log in with, the generated values, and what brings them into the cluster.
 *
 * A generated value is written once. After that Vault owns it: a value that was rotated there survives every update, and so
 * does one whose length was changed in code. No supplied value passes through here.
 *
 * @example
 * new VaultSecrets("receipts-secrets", { service: receipts, site }, { providers: [cluster, vault, random] });
 *
 * @throws ProblemsError where the service has no secret of Vault, or the site has no Vault.
 */
export class VaultSecrets extends pulumi.ComponentResource {
  /** Its children. */
  readonly nodes: VaultSecretsNodes;

  constructor(name: string, args: VaultSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:VaultSecrets", name, {}, opts);
    const plan = planVault(resolveMicroservice(args.service), args.site);
    const backend = args.site.vault?.authMount;
    if (plan === undefined || backend === undefined) {
      const message = "has no secret of Vault; make no VaultSecrets for it, or state one with generated()";
      throw new ProblemsError([{ file: args.service.name, path: "secrets", message }]);
    }
    const child = { parent: this, dependsOn: [...(args.after ?? [])] };
    const policy = new vault.Policy(`${name}-policy`, plan.policy, child);
    const role = new vault.kubernetes.AuthBackendRole(
      `${name}-role`,
      { backend, ...plan.role },
      { parent: this, dependsOn: [policy] },
    );
    const issueRoles = plan.issueRoles.map((issued) => createIssueRole(`${name}-${issued.name}`, issued, child));
    const seeds = new Map(plan.seeds.map((seed) => [seed.key, createSeed(`${name}-${seed.key}`, seed, child)]));
    const authority = new kubernetes.core.v1.ConfigMap(`${name}-authority`, plan.authority, child);
    const readable = { parent: this, dependsOn: [role, authority, ...issueRoles, ...seeds.values()] };
    this.nodes = { policy, role, seeds, issueRoles, authority, deliveries: createDeliveries(name, plan, readable) };
    this.registerOutputs({ policy: plan.policy.name, role: plan.role.roleName });
  }
}

/** Writes a value that Vault does not have yet. Neither a new length nor a rotated value is a reason to write again. */
function createSeed(
  name: string,
  { path, secret }: VaultPlan["seeds"][number],
  child: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
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
    { parent: child.parent, ignoreChanges: ["length", "overrideSpecial"] },
  );
  return new vault.kv.SecretV2(
    name,
    {
      mount: vaultMounts.services,
      name: path,
      dataJson: value.result.apply((result) => JSON.stringify({ [valueField]: result })),
    },
    { ...child, ignoreChanges: ["dataJson"], protect: true, retainOnDelete: true },
  );
}

function createIssueRole(
  name: string,
  issued: VaultPlan["issueRoles"][number],
  options: pulumi.CustomResourceOptions,
): vault.pkisecret.SecretBackendRole {
  return new vault.pkisecret.SecretBackendRole(
    name,
    {
      backend: vaultMounts.pki,
      ...issued,
      allowBareDomains: true,
      allowSubdomains: false,
      allowLocalhost: false,
      allowIpSans: false,
      allowWildcardCertificates: false,
      keyType: "ec",
      keyBits: 256,
      keyUsages: ["DigitalSignature"],
      // Many short-lived certificates: none of them is worth a place in Vault's storage.
      noStore: true,
    },
    options,
  );
}

function createDeliveries(
  name: string,
  { secretStore, externalSecret, issued }: VaultPlan,
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
