import type { IssuedKey, ResolvedMicroservice } from "../description/index.ts";

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
export interface PkiRole {
  readonly name: string;
  readonly allowedDomains: string[];
  readonly serverFlag: boolean;
  readonly clientFlag: boolean;
  /** Seconds, as text. */
  readonly maxTtl: string;
}

/** The roles of a service's issued keys. */
export function pkiRoles(service: ResolvedMicroservice): PkiRole[] {
  const host = serviceHost(service);
  return service.secrets.issued.map(({ role, secret }) => ({
    name: role,
    allowedDomains: [host, `${host}.cluster.local`],
    serverFlag: secret.kind === "certificate",
    clientFlag: secret.kind === "privateKey",
    maxTtl: String(secret.validityDays * 24 * 3600),
  }));
}
