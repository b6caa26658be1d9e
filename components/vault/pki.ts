import type { IssuedKey, ResolvedMicroservice } from "../description/index.ts";

/** The DNS name of a service in the cluster, which is also in its certificates. */
export function serviceHost({ name, namespace }: Pick<ResolvedMicroservice, "name" | "namespace">): string {
  return `${name}.${namespace}.svc`;
}

/** The further names by which a service is reached in its cluster; each is the name of no other service. */
function otherNames({ name, namespace }: ResolvedMicroservice): string[] {
  return [`${serviceHost({ name, namespace })}.cluster.local`, `${name}.${namespace}`, name];
}

/** The parameters of the request to Vault's PKI engine for one key. */
export function issueParameters(service: ResolvedMicroservice, { secret }: IssuedKey): Record<string, string> {
  const host = serviceHost(service);
  return {
    common_name: host,
    ...(secret.kind === "certificate" ? { alt_names: otherNames(service).join(",") } : {}),
    ttl: `${secret.validityDays * 24}h`,
    private_key_format: "pkcs8",
  };
}

/** A role of Vault's PKI engine: what a certificate may be used for, and which names it may have. */
export interface PkiRole {
  readonly name: string;
  readonly allowedDomains: string[];
  readonly serverFlag: boolean;
  readonly clientFlag: boolean;
  /** Longest validity: seconds, as text. */
  readonly maxTtl: string;
}

/** The PKI roles of a service's issued keys: for its own DNS names and no others. */
export function pkiRoles(service: ResolvedMicroservice): PkiRole[] {
  const host = serviceHost(service);
  return service.secrets.issued.map(({ role, secret }) => ({
    name: role,
    allowedDomains: [host, ...otherNames(service)],
    serverFlag: secret.kind === "certificate",
    clientFlag: secret.kind === "privateKey",
    maxTtl: String(secret.validityDays * 24 * 3600),
  }));
}
