import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { SiteKubernetes, SiteVault } from "./siteData.ts";
import { registryReaders, vaultMounts } from "./vault/index.ts";

/** Arguments of a {@link VaultSite}. */
export interface VaultSiteArgs extends Pick<SiteVault, "authMount" | "auditLog"> {
  /** The API server, which Vault asks to review the tokens of service accounts. */
  readonly kubernetes: Pick<SiteKubernetes, "address" | "caCertificate">;
  /**
   * The namespaces into which the registry's credentials go.
   * @default none
   */
  readonly registryNamespaces?: readonly string[];
  /**
   * Common name of the certificate authority that signs the services' certificates.
   * @default "Gemelos services"
   */
  readonly authorityName?: string;
  /**
   * Known once the first change may be made, such as when the cluster has turned out to be the expected one.
   * @default at once
   */
  readonly ready?: pulumi.Input<unknown>;
}

/** The children of a {@link VaultSite}. */
export interface VaultSiteResources {
  /** The KV mount of the values. */
  readonly services: vault.Mount;
  /** The PKI mount. */
  readonly pki: vault.Mount;
  /** The root certificate of the PKI mount. */
  readonly authority: vault.pkisecret.SecretBackendRootCert;
  /** The Kubernetes auth mount. */
  readonly auth: vault.AuthBackend;
  /** How the Kubernetes auth mount reaches the API server. */
  readonly authConfig: vault.kubernetes.AuthBackendConfig;
  /** The audit log. */
  readonly audit: vault.Audit;
  /** The role that may read the registry's credentials; undefined where they go into no namespace. */
  readonly registryRole: vault.kubernetes.AuthBackendRole | undefined;
}

/** Lifetime of the certificate authority in seconds, ten years: it outlives every certificate that it signs by far. */
const authoritySeconds = 10 * 365 * 24 * 3600;

/**
 * What a site's Vault needs before the first service: the mounts of the values (KV version 2) and of the services'
 * certificate authority, the login of this cluster's service accounts, and the audit log.
 *
 * Vault runs outside the cluster, so it asks the API server to review service accounts' tokens as an account of the
 * cluster. An operator writes that account's token into Vault (`token_reviewer_jwt`); it passes through no program and no
 * state.
 *
 * @example
 * new VaultSite(
 *   "vault",
 *   { authMount: "kubernetes-dc1", kubernetes: { address, caCertificate }, auditLog: "stdout" },
 *   { providers: [vault] },
 * );
 */
export class VaultSite extends pulumi.ComponentResource {
  /** Its children. */
  readonly resources: VaultSiteResources;

  constructor(name: string, args: VaultSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:VaultSite", name, {}, opts);
    // A mount that is deleted takes every value in it, so that is never a side effect of an update.
    const kept = { parent: this, protect: true, retainOnDelete: true };
    const audit = new vault.Audit(
      `${name}-audit`,
      { type: "file", path: pulumi.all([args.ready]).apply(() => "file"), options: { file_path: args.auditLog } },
      { ...kept, dependsOn: opts?.dependsOn ?? [] },
    );
    const logged = { ...kept, dependsOn: [audit] };
    const services = new vault.Mount(
      `${name}-services`,
      { path: vaultMounts.services, type: "kv", options: { version: "2" }, description: "Secrets of microservices" },
      logged,
    );
    const pki = new vault.Mount(
      `${name}-pki`,
      {
        path: vaultMounts.pki,
        type: "pki",
        description: "Keys and certificates of microservices",
        maxLeaseTtlSeconds: authoritySeconds,
      },
      logged,
    );
    const auth = new vault.AuthBackend(`${name}-auth`, { type: "kubernetes", path: args.authMount }, logged);
    this.resources = {
      services,
      pki,
      audit,
      auth,
      authority: createAuthority(name, args, pki, this),
      authConfig: new vault.kubernetes.AuthBackendConfig(
        `${name}-auth-config`,
        {
          backend: auth.path,
          kubernetesHost: args.kubernetes.address,
          kubernetesCaCert: args.kubernetes.caCertificate,
          disableLocalCaJwt: true,
        },
        { parent: this },
      ),
      registryRole: createRegistryRole(name, args, auth, this),
    };
    this.registerOutputs({ services: vaultMounts.services, pki: vaultMounts.pki, auth: args.authMount });
  }
}

function createRegistryRole(
  name: string,
  { registryNamespaces = [] }: VaultSiteArgs,
  auth: vault.AuthBackend,
  parent: pulumi.Resource,
): vault.kubernetes.AuthBackendRole | undefined {
  if (registryNamespaces.length === 0) return undefined;
  const { policy, role } = registryReaders(registryNamespaces);
  const readers = new vault.Policy(`${name}-registry-policy`, policy, { parent, dependsOn: [auth] });
  return new vault.kubernetes.AuthBackendRole(
    `${name}-registry-role`,
    { backend: auth.path, ...role },
    { parent, dependsOn: [readers] },
  );
}

function createAuthority(
  name: string,
  { authorityName = "Gemelos services" }: VaultSiteArgs,
  pki: vault.Mount,
  parent: pulumi.Resource,
): vault.pkisecret.SecretBackendRootCert {
  return new vault.pkisecret.SecretBackendRootCert(
    `${name}-authority`,
    {
      backend: pki.path,
      // The key is made in Vault and never leaves it.
      type: "internal",
      commonName: authorityName,
      ttl: String(authoritySeconds),
      keyType: "ec",
      keyBits: 384,
    },
    { parent, protect: true, retainOnDelete: true },
  );
}
