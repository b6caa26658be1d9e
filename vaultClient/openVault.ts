import { RemoteError } from "./remoteError.ts";
import { tokenFault } from "./token.ts";
import { VaultClient } from "./vaultClient.ts";

/** The Vault of a site, as far as it is reached. */
export interface VaultOfSite {
  /** The site's name and its stack file, for messages. */
  readonly name: string;
  readonly file: string;
  readonly vault: { readonly address: string; readonly caCertificate: string };
}

/**
 * The client of a site's Vault, with the token in `VAULT_TOKEN`. Nothing is asked yet.
 * @throws RemoteError if there is no token, or one that cannot be sent.
 */
export function openVault({ name, file, vault }: VaultOfSite, environment: NodeJS.ProcessEnv): VaultClient {
  const { address, caCertificate } = vault;
  const { VAULT_TOKEN: token = "" } = environment;
  if (token === "") {
    const which = `the Vault of ${name} (${address})`;
    throw new RemoteError(`VAULT_TOKEN is not set; log in to ${which} (vault login) and export the token`);
  }
  const fault = tokenFault(token);
  if (fault !== undefined) throw new RemoteError(`VAULT_TOKEN ${fault}`);
  const remedyWhenDenied = `compare its policy with npm run secrets -- policy --site ${name}`;
  return new VaultClient({ site: name, file, address, caCertificate, token, remedyWhenDenied });
}
