import { Agent, request } from "node:https";
import { RemoteError } from "./remoteError.ts";

/** Address of a Vault and the token to use. */
export interface VaultAccess {
  /** Name of the site, for messages. */
  readonly site: string;
  /** Stack file of the site, for messages. */
  readonly file: string;
  /** URL of the Vault: `https://vault.dc1.tax.example:8200`. */
  readonly address: string;
  /** Certificate (PEM) of the CA that signed Vault's certificate; no other CA is trusted. */
  readonly caCertificate: string;
  /** Token with which Vault is asked. It is in no message. */
  readonly token: string;
  /** What to do where Vault denies the token, for messages: `compare its policy with npm run secrets -- policy ...`. */
  readonly remedyWhenDenied: string;
}

/** Request timeout in milliseconds. */
const timeout = 15_000;

/** Connections at a time. A catalogue with hundreds of secrets must not open as many at once. */
const maxSockets = 16;

/** Client for the few Vault requests that the program and the commands make. Every failure is a `RemoteError`. */
export class VaultClient {
  readonly #access: VaultAccess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets });

  constructor(access: VaultAccess) {
    this.#access = access;
  }

  /**
   * Reads a path.
   * @returns the answer's `data`, or undefined if nothing is there
   * @throws RemoteError, with status 404 if the path is in no mount, and with 403 if the token may not read it.
   */
  async read(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    return this.#ask("GET", path, query);
  }

  /**
   * Writes to a path.
   * @returns the answer's `data`
   * @throws RemoteError
   */
  async write(path: string, data: unknown): Promise<unknown> {
    return this.#ask("POST", path, {}, data);
  }

  async #ask(
    method: "GET" | "POST",
    path: string,
    query: Readonly<Record<string, string>>,
    content?: unknown,
  ): Promise<unknown> {
    const { status, data, said } = await this.#send(method, path, query, content);
    if (status < 300) return data;
    if (status === 404) {
      // For a secret whose current version is deleted, Vault answers 404 but includes the metadata.
      if (data !== undefined && data !== null) return data;
      // An error is in the answer only if no mount has the path; otherwise there is just nothing.
      if (method === "GET" && said === "") return undefined;
      throw this.#error(
        `has no mount for ${path}; an operator sets it up: npm run -s secrets -- setup --site ${this.#access.site}`,
        status,
      );
    }
    if (status === 403) throw this.#denial(path, said);
    if (status === 503 && /sealed/i.test(said)) throw this.#error("is sealed; unseal it and try again", status);
    throw this.#error(`answered ${status} at ${path}${said === "" ? "" : ` (${said})`}; see its log`, status);
  }

  #send(
    method: string,
    path: string,
    query: Readonly<Record<string, string>>,
    content: unknown,
  ): Promise<{ status: number; data: unknown; said: string }> {
    const { address, caCertificate, token } = this.#access;
    const url = new URL(`/v1/${path.split("/").map(encodeURIComponent).join("/")}`, address);
    url.search = new URLSearchParams(query).toString();
    const headers = { "X-Vault-Token": token, "X-Vault-Request": "true", "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const options = { method, ca: caCertificate, headers, timeout, agent: this.#agent };
      const sent = request(url, options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.once("error", (error) => reject(this.#unreachable(error)));
        response.once("end", () => resolve({ status: response.statusCode ?? 0, ...parse(text) }));
      });
      sent.once("timeout", () => sent.destroy(new Error(`no answer in ${timeout / 1000} s`)));
      sent.once("error", (error) => reject(this.#unreachable(error)));
      sent.end(content === undefined ? undefined : JSON.stringify(content));
    });
  }

  #denial(path: string, said: string): RemoteError {
    const { remedyWhenDenied } = this.#access;
    // Vault's words for a token that it does not know.
    if (/invalid token/i.test(said)) {
      return this.#error(
        "does not know the token in VAULT_TOKEN: it has expired, was revoked, or is another Vault's; log in again (vault login) and set VAULT_TOKEN to the new one",
        403,
      );
    }
    return this.#error(
      `denies the token in VAULT_TOKEN at ${path}: it lacks the policy, or has expired; ${remedyWhenDenied}, or log in again (vault login)`,
      403,
    );
  }

  #unreachable(error: Error): RemoteError {
    const { file } = this.#access;
    if (isUntrusted(error)) {
      return this.#error(
        `has a certificate that is not signed by gemelos:site.vault.caCertificate of ${file} (${codeOf(error)}); correct one of them`,
      );
    }
    return this.#error(
      `cannot be reached (${codeOf(error)}); start it, or correct gemelos:site.vault.address of ${file}`,
    );
  }

  #error(message: string, status?: number): RemoteError {
    const { site, address } = this.#access;
    return new RemoteError(`the Vault of ${site} (${address}) ${message}`, status);
  }
}

/** Whether a connection failed because the server's certificate is not trusted. */
export function isUntrusted(error: Error): boolean {
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(codeOf(error));
}

/** An error's code, such as `ECONNREFUSED`, or its message if it has none. */
export function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}

/** The `data` of an answer, and its errors in one line. Both are empty if the answer is not Vault's. */
function parse(text: string): { data: unknown; said: string } {
  try {
    const body: { data?: unknown; errors?: unknown } | null = JSON.parse(text);
    const errors = Array.isArray(body?.errors) ? body.errors : [];
    return { data: body?.data, said: errors.join("; ").replaceAll(/\s+/g, " ").trim() };
  } catch {
    return { data: undefined, said: "" };
  }
}
