/** Mounts of a site's Vault: a KV version 2 engine for values, and the PKI engine that issues keys and certificates. */
export const vaultMounts = { services: "services", pki: "pki" } as const;

/** The only field of each KV secret: one secret is one value with its own versions. */
export const valueField = "value";

/** Path of the registry's credentials in the mount `services`. No service's path has two parts. */
export const registryPath = "sites/registry";

/** The audience that a service account's token must have for Vault to accept it; the API server refuses such a token. */
export const vaultAudience = "vault";
