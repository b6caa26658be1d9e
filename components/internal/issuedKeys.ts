import type { ResolvedMicroservice } from "./defaults.ts";
import { certificateFolder, type IssuedKey, secretsOf } from "./secrets.ts";

/** The name by which callers in the cluster know a service, and that stands in its certificates. */
function serviceHost({ name, namespace }: ResolvedMicroservice): string {
  return `${name}.${namespace}.svc`;
}

/** What is asked of Vault's authority for one key. */
export function issueParameters(service: ResolvedMicroservice, { secret }: IssuedKey): Record<string, string> {
  const host = serviceHost(service);
  return {
    common_name: host,
    ...(secret.kind === "certificate" ? { alt_names: `${host}.cluster.local` } : {}),
    ttl: `${secret.validityDays * 24}h`,
    private_key_format: "pkcs8",
  };
}

/** The role that says what a key may be for, and which names it may have: this service's and nobody else's. */
export interface IssueRole {
  readonly name: string;
  readonly allowedDomains: string[];
  readonly serverFlag: boolean;
  readonly clientFlag: boolean;
  /** Seconds, as text. */
  readonly maxTtl: string;
}

/** The roles of a service's issued keys. */
export function issueRoles(service: ResolvedMicroservice): IssueRole[] {
  const host = serviceHost(service);
  return secretsOf(service).issued.map(({ role, secret }) => ({
    name: role,
    allowedDomains: [host, `${host}.cluster.local`],
    serverFlag: secret.kind === "certificate",
    clientFlag: secret.kind === "privateKey",
    maxTtl: String(secret.validityDays * 24 * 3600),
  }));
}

/**
 * The variables by which Spring Boot has an issued key as an SSL bundle of PEM files, read anew when they change. A variable
 * knows no hyphens, so the bundle's name is the key's without `_`.
 */
export function bundleVariables(service: ResolvedMicroservice): Record<string, string> {
  return Object.assign(
    {},
    ...secretsOf(service).issued.map((issued) => {
      const prefix = `SPRING_SSL_BUNDLE_PEM_${issued.bundle.toUpperCase()}`;
      const folder = certificateFolder(issued);
      return {
        [`${prefix}_RELOADONUPDATE`]: "true",
        [`${prefix}_KEYSTORE_CERTIFICATE`]: `file:${folder}/tls.crt`,
        [`${prefix}_KEYSTORE_PRIVATEKEY`]: `file:${folder}/tls.key`,
        [`${prefix}_TRUSTSTORE_CERTIFICATE`]: `file:${folder}/ca.crt`,
      };
    }),
  );
}
