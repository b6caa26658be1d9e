import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { connect, getCACertificates } from "node:tls";
import { RemoteError } from "./remoteError.ts";
import { codeOf, isUntrusted } from "./vaultClient.ts";

/** Time for a TLS handshake in milliseconds. */
const timeout = 15_000;

/**
 * Checks that the vault provider will trust a site's Vault. The provider does not know the site's `caCertificate`: it
 * takes the authority from the file that VAULT_CACERT names, and without that variable from the operating system. Only a
 * TLS handshake takes place, so that no token goes to a server which the provider would not trust.
 *
 * @param environment the variables that the provider will have
 * @throws RemoteError saying which file to name in VAULT_CACERT.
 */
export async function checkProviderTrust(
  site: { readonly name: string; readonly file: string; readonly vault: { readonly address: string } },
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { VAULT_CACERT: file = "", VAULT_CAPATH: folder = "", VAULT_SKIP_VERIFY: unverified = "" } = environment;
  // Other ways to trust that the provider knows; what they hold is not for this program to judge.
  if (folder !== "" || unverified !== "") return;
  const remedy = `write gemelos:site.vault.caCertificate of ${site.file} into a file, and set VAULT_CACERT to its path`;
  const refusal = (reason: string) =>
    new RemoteError(
      `the provider would not trust the Vault of ${site.name} (${site.vault.address}): ${reason}; ${remedy}`,
    );
  const trusted =
    file === "" ? getCACertificates("system") : await readFile(file, "utf8").catch((error: Error) => error);
  if (trusted instanceof Error) throw refusal(`VAULT_CACERT names ${file}, which cannot be read (${codeOf(trusted)})`);
  const error = await handshake(new URL(site.vault.address), trusted);
  if (error === undefined || !isUntrusted(error)) return;
  throw refusal(
    file === ""
      ? "VAULT_CACERT is not set, and the operating system does not know the authority of its certificate"
      : `its certificate is not signed by an authority in ${file}, which VAULT_CACERT names (${codeOf(error)})`,
  );
}

/** Why a TLS connection cannot be opened, or undefined if it can. */
function handshake({ hostname, port }: URL, ca: string | string[]): Promise<Error | undefined> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve) => {
    const named = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port: Number(port === "" ? 443 : port), ca, ...named });
    const settle = (error?: Error) => {
      socket.destroy();
      resolve(error);
    };
    socket.once("secureConnect", () => settle()).once("error", settle);
    socket.setTimeout(timeout, () => settle(new Error(`no answer in ${timeout / 1000} s`)));
  });
}
