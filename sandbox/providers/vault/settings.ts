import { readFileSync } from "node:fs";
import { changesBetween, type Difference } from "../protocol/difference.ts";
import type { Failure } from "../protocol/provider.ts";
import { type Properties, textAt, unknownValue } from "../protocol/values.ts";
import type { VaultAddress } from "./api.ts";

/** Supported configuration. */
const handled = [
  "address",
  "caCertFile",
  "tlsServerName",
  "maxRetries",
  "maxLeaseTtlSeconds",
  "skipChildToken",
] as const;
/** Added by the engine and the SDK. */
const ignored: ReadonlySet<string> = new Set(["version", "pluginDownloadURL", "__internal"]);

/** Validates the configuration. */
export function settingsFailures(inputs: Properties): Failure[] {
  const known: ReadonlySet<string> = new Set([...handled, ...ignored]);
  return Object.keys(inputs)
    .filter((property) => !known.has(property))
    .map((property) => ({
      property,
      reason:
        property === "token"
          ? "would be written into the state; leave it out and give VAULT_TOKEN in the environment"
          : `is not handled by the stand-in for the vault provider; handled are ${handled.join(", ")}`,
    }));
}

/** A different address means a different Vault, so every resource is replaced. */
export function settingsDifference(olds: Properties, news: Properties): Difference {
  const changes = changesBetween(olds, news, ([field]) => field === "address");
  return { changes: changes.filter(({ path }) => !ignored.has(String(path[0]))), deleteBeforeReplace: false };
}

/**
 * Determines how to reach Vault from the provider's inputs, the token in `VAULT_TOKEN` and, for inputs that are not
 * set, `VAULT_ADDR`, `VAULT_CACERT` and `VAULT_TLS_SERVER_NAME`.
 * @throws Error naming what is missing.
 */
export function readAddress(inputs: Properties, environment: NodeJS.ProcessEnv): VaultAddress {
  if (inputs["address"] === unknownValue) throw new Error("the vault provider's address is not known before an update");
  const stated = (input: string, variable: string): string | undefined => {
    const text = textAt(inputs, input) ?? environment[variable];
    return text === "" ? undefined : text;
  };
  const address = stated("address", "VAULT_ADDR");
  const { VAULT_TOKEN: token } = environment;
  if (address === undefined || !URL.canParse(address)) {
    throw new Error(
      "the vault provider has no address; state it as its input, such as https://vault.dc1.tax.example:8200",
    );
  }
  if (token === undefined || token === "") throw new Error("VAULT_TOKEN is not set; log in to Vault and set it");
  const file = stated("caCertFile", "VAULT_CACERT");
  const ca = file === undefined ? undefined : readFileSync(file, "utf8");
  const serverName = stated("tlsServerName", "VAULT_TLS_SERVER_NAME");
  // The SDK sends a provider's numbers and booleans as JSON strings.
  const maxRetries = Number(inputs["maxRetries"] ?? 2);
  const skipsChildToken = String(inputs["skipChildToken"] ?? false) === "true";
  const childTokenSeconds = skipsChildToken ? undefined : Number(inputs["maxLeaseTtlSeconds"] ?? 1200);
  return { address, token, ca, serverName, maxRetries, childTokenSeconds };
}
