import { request } from "node:https";
import { RemoteError } from "../../command/errors.ts";
import { at } from "../../recorder/registeredResource.ts";

/** Address of a Vault and the token to use. */
export interface VaultAccess {
  /** Name of the site, for messages. */
  readonly site: string;
  /** Stack file of the site, for messages. */
  readonly file: string;
  readonly address: string;
  /** Certificate (PEM) of the CA that signed Vault's certificate; no other CA is trusted. */
  readonly caCertificate: string;
  readonly token: string;
}

/** Request timeout in milliseconds. */
const timeout = 15_000;

/** Client for the few Vault requests that the command line makes. Every failure is a `RemoteError`. */
export class VaultClient {
  readonly #access: VaultAccess;

  constructor(access: VaultAccess) {
    this.#access = access;
  }

  /** Reads a path; undefined if nothing is there. */
  async read(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return this.#ask("GET", path, query);
  }

  /** Writes to a path and returns the response. */
  async write(path: string, data: unknown): Promise<unknown> {
    return this.#ask("POST", path, {}, data);
  }

  async #ask(
    method: "GET" | "POST",
    path: string,
    query: Readonly<Record<string, string>>,
    data?: unknown,
  ): Promise<unknown> {
    const { status, body } = await this.#send(method, path, query, data);
    if (status === 404) {
      // For a secret whose current version is deleted, Vault answers 404 but includes the metadata.
      const kept = at(body, "data");
      if (kept !== undefined && kept !== null) return kept;
      if (method === "GET") return undefined;
      throw this.#error(`has no mount for ${path}; run pulumi up first, which creates the site's mounts`);
    }
    if (status < 300) return at(body, "data");
    const errors = at(body, "errors");
    const said = Array.isArray(errors) ? errors.join("; ").replaceAll(/\s+/g, " ").trim() : "";
    if (status === 503) throw this.#error("is sealed; unseal it and try again");
    if (status === 403) {
      throw this.#error(
        `denies the token in VAULT_TOKEN at ${path}; it has expired or lacks the policy: log in again (vault login), and compare with npm run secrets -- policy --site ${this.#access.site}`,
      );
    }
    throw this.#error(`answered ${status} at ${path}${said === "" ? "" : ` (${said})`}; see its log`);
  }

  #send(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    data: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const { address, caCertificate, token } = this.#access;
    const url = new URL(`/v1/${path.split("/").map(encodeURIComponent).join("/")}`, address);
    url.search = new URLSearchParams(query).toString();
    const headers = { "X-Vault-Token": token, "X-Vault-Request": "true", "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, ca: caCertificate, headers, timeout, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.once("error", (error) => reject(this.#unreachable(error)));
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: parse(text) }));
      });
      sent.once("timeout", () => sent.destroy(new Error(`no answer in ${timeout / 1000} s`)));
      sent.once("error", (error) => reject(this.#unreachable(error)));
      sent.end(data === undefined ? undefined : JSON.stringify(data));
    });
  }

  #unreachable(error: Error): RemoteError {
    const { file } = this.#access;
    const code = "code" in error ? String(error.code) : error.message;
    if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)) {
      return this.#error(
        `has a certificate that is not signed by gemelos:site.vault.caCertificate of ${file} (${code}); correct one of them`,
      );
    }
    return this.#error(`cannot be reached (${code}); start it, or correct gemelos:site.vault.address of ${file}`);
  }

  #error(message: string): RemoteError {
    const { site, address } = this.#access;
    return new RemoteError(`the Vault of ${site} (${address}) ${message}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
