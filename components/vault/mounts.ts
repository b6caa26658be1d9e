/** Mounts of a site's Vault: a KV version 2 engine for values, and the PKI engine that issues keys and certificates. */
export const vaultMounts = { services: "services", pki: "pki" } as const;

/** The only field of each KV secret: one secret is one value with its own versions. */
export const valueField = "value";

/** Path of the registry's credentials in the mount `services`. No service's path has two parts. */
export const registryPath = "sites/registry";

/** Fields of the secret with the certificate and the key of a host: one secret, so that they never change one by one. */
export const hostFields = { certificate: "certificate", key: "key" } as const;

/** Path of a host's certificate and key in the mount `services`. No service's path has two parts. */
export function hostPath(host: string): string {
  return `hosts/${host}`;
}

/**
 * What Vault keeps as custom metadata of a host's pair, so that nobody reads the pair to see when it expires.
 * @param version the version of the secret that it is about
 * @param expires when the first of its certificates does
 */
export function pairMetadata(version: number, expires: Date): { readonly version: string; readonly expires: string } {
  return { version: String(version), expires: expires.toISOString() };
}

/** The audience that a service account's token must have for Vault to accept it; the API server refuses such a token. */
export const vaultAudience = "vault";
