import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
import type { ResolvedMicroservice } from "./components/index.ts";
import { registryDescription, registryKey, registryPath, valueField, vaultMounts } from "./components/vault/index.ts";

/** A secret whose value an operator puts into Vault. */
export interface SuppliedSecretLocation {
  /** Path in the mount `services`: `payments/card-payments/GATEWAY_API_KEY`. */
  readonly path: string;
  /** What the secret is and who has it, in one line. */
  readonly description: string;
  /** Arguments of `npm run secrets -- put` for the secret: `--service card-payments --key GATEWAY_API_KEY`. */
  readonly arguments: string;
}

/** The supplied secrets: first the site's own (its registry credentials), then those of the services, ordered by key. */
export function suppliedSecrets(services: readonly ResolvedMicroservice[]): SuppliedSecretLocation[] {
  const ofServices = services.flatMap(({ name, secrets }) =>
    secrets.stored.flatMap(({ key, path, secret }) =>
      secret.kind === "supplied"
        ? [{ path, description: secret.description, arguments: `--service ${name} --key ${key}` }]
        : [],
    ),
  );
  return [{ path: registryPath, description: registryDescription, arguments: `--key ${registryKey}` }, ...ofServices];
}

/** The command with which an operator supplies a secret in a site. */
export function putCommand(site: string, secret: SuppliedSecretLocation): string {
  return `npm run secrets -- put --site ${site} ${secret.arguments}`;
}

/**
 * Checks that every supplied secret has a value in Vault. It reads the names of a secret's fields but no values. Call
 * it before registering anything except providers.
 *
 * @throws pulumi.RunError with every missing secret and the command that supplies it, or with the reason why Vault
 *   could not be queried. In either case nothing has been changed.
 */
export async function checkSuppliedSecrets(
  site: { readonly name: string; readonly file: string; readonly vault: { readonly address: string } },
  secrets: readonly SuppliedSecretLocation[],
  provider: vault.Provider,
): Promise<void> {
  const present = await Promise.all(secrets.map((secret) => isFilled(secret, provider, site)));
  const missing = secrets.filter((_, index) => present[index] === false);
  if (missing.length === 0) return;
  throw new pulumi.RunError(
    [
      `${missing.length === 1 ? "1 secret awaits" : `${missing.length} secrets await`} an operator's value in the Vault of ${site.name}. Nothing was changed. Fill and run again:`,
      ...missing.map((secret) => `  ${putCommand(site.name, secret)}   # ${secret.description}`),
    ].join("\n"),
  );
}

async function isFilled(
  { path }: SuppliedSecretLocation,
  provider: vault.Provider,
  site: Parameters<typeof checkSuppliedSecrets>[0],
): Promise<boolean> {
  try {
    const { dataJson } = await vault.kv.getSecretSubkeysV2({ mount: vaultMounts.services, name: path }, { provider });
    const fields: unknown = JSON.parse(dataJson);
    return typeof fields === "object" && fields !== null && valueField in fields;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/no secret found|there is no secret/i.test(reason)) return false;
    throw new pulumi.RunError(`${explain(reason, site)} Nothing was changed.`);
  }
}

/** Turns the provider's error into a message that says how to fix it. */
function explain(
  reason: string,
  { name, file, vault: { address } }: Parameters<typeof checkSuppliedSecrets>[0],
): string {
  const which = `the Vault of ${name} (${address})`;
  if (/is sealed/i.test(reason)) return `${which} is sealed: unseal it and run again.`;
  if (/permission denied|invalid token|bad token/i.test(reason)) {
    return `${which} denies the token in VAULT_TOKEN: it has expired or lacks the operator's policy; log in again (vault login), and compare its policy with npm run secrets -- policy --site ${name}.`;
  }
  if (/no vault token|VAULT_TOKEN is not set/i.test(reason)) return `no token for ${which}: set VAULT_TOKEN.`;
  if (/x509|certificate|tls:|no such file/i.test(reason)) {
    return `the certificate of ${which} is not trusted: set VAULT_CACERT to a file with gemelos:site.vault.caCertificate of ${file}.`;
  }
  if (
    /refused|no such host|ENOTFOUND|timeout|timed out|deadline exceeded|unreachable|cannot be reached|EOF/i.test(reason)
  ) {
    return `${which} cannot be reached: start it, or correct gemelos:site.vault.address in ${file}.`;
  }
  return `${which} could not be queried: ${reason}.`;
}
