import http from "node:http";
import https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { isProperties, listAt, type Properties, propertiesAt } from "../protocol/values.ts";

/** How to connect to a Vault. */
export interface VaultAddress {
  /** URL, such as `https://vault.dc1.tax.example:8200`. */
  readonly address: string;
  readonly token: string;
  /** PEM of the CAs to trust; undefined for the system's. */
  readonly ca: string | undefined;
  /** Name expected in the server certificate; undefined for the host of the address. */
  readonly serverName: string | undefined;
  /** Number of retries when Vault cannot answer, for example during a leader change or a restart. */
  readonly maxRetries: number;
}

/** An error returned by Vault, in its own words. It never contains a value that was sent. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  /** HTTP status. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** Number of retries while Vault is still preparing a new mount. */
const preparingRetries = 50;
/** Milliseconds between attempts. */
const retryAfter = 200;

/** Vault's HTTP API. */
export class VaultApi {
  readonly #address: VaultAddress;
  readonly #signal: AbortSignal;
  readonly #agent: http.Agent;

  constructor(address: VaultAddress, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
    const { ca, serverName } = address;
    const trust = {
      ...(ca === undefined ? {} : { ca }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    };
    this.#agent = address.address.startsWith("https:")
      ? new https.Agent({ keepAlive: true, ...trust })
      : new http.Agent({ keepAlive: true });
  }

  /** Reads the `data` at a path, or undefined if there is nothing. */
  async get(path: string): Promise<Properties | undefined> {
    try {
      const body = await this.#request("GET", path);
      return isProperties(body["data"]) ? body["data"] : body;
    } catch (error) {
      if (error instanceof VaultError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Writes to a path.
   * @returns the `data` of the response, empty if there is none
   */
  async write(path: string, body: Properties): Promise<Properties> {
    return propertiesAt(await this.#request("POST", path, body), "data");
  }

  /** Deletes a path; it is not an error if nothing is there. */
  async delete(path: string): Promise<void> {
    try {
      await this.#request("DELETE", path);
    } catch (error) {
      if (!(error instanceof VaultError && error.status === 404)) throw error;
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #request(method: string, path: string, body?: Properties): Promise<Properties> {
    for (let attempt = 1; ; attempt++) {
      const { status, answer } = await this.#send(method, path, body);
      if (status >= 200 && status < 300) return answer;
      const errors = listAt(answer, "errors").map(String);
      // Vault reports a new KV mount as created before it is ready.
      const isPreparing = status === 400 && errors.some((text) => text.includes("Upgrading from non-versioned"));
      const isPassing = status === 412 || (status >= 500 && status !== 501);
      const retries = isPreparing ? preparingRetries : isPassing ? this.#address.maxRetries : 0;
      if (attempt > retries) {
        const said = errors.length === 0 ? `status ${status}` : errors.join("; ").trim();
        throw new VaultError(`Vault at ${this.#address.address} refused ${method} ${path}: ${said}`, status);
      }
      await delay(retryAfter, undefined, { signal: this.#signal });
    }
  }

  async #send(method: string, path: string, body?: Properties): Promise<{ status: number; answer: Properties }> {
    const { address, token } = this.#address;
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const send = address.startsWith("https:") ? https.request : http.request;
      const outgoing = send(
        new URL(`/v1/${encoded}`, address),
        {
          method,
          agent: this.#agent,
          signal: this.#signal,
          headers: { "x-vault-token": token, "x-vault-request": "true", "content-type": "application/json" },
        },
        resolve,
      );
      outgoing.on("error", (error) =>
        reject(new Error(`Vault at ${address} cannot be reached: ${error.message}`, { cause: error })),
      );
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode ?? 0, answer: parse(Buffer.concat(chunks).toString("utf8")) };
  }
}

function parse(text: string): Properties {
  try {
    const value: Properties = JSON.parse(text);
    return isProperties(value) ? value : {};
  } catch {
    // A deletion has no body, and an error page from a proxy contains nothing useful.
    return {};
  }
}
