import http from "node:http";
import https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { isProperties, listAt, type Properties, propertiesAt, textAt } from "../protocol/values.ts";

/** How to connect to a Vault. */
export interface VaultAddress {
  /** URL, such as `https://vault.dc1.tax.example:8200`. */
  readonly address: string;
  readonly token: string;
  /** PEM of the CAs to trust; undefined for the system's. */
  readonly ca: string | undefined;
  /** Name expected in the server certificate; undefined for the host of the address. */
  readonly serverName: string | undefined;
  /** Lifetime in seconds of the child token that the requests are made with; undefined to use `token` itself. */
  readonly childTokenSeconds: number | undefined;
  /** Number of retries when Vault cannot answer, for example during a leader change or a restart. */
  readonly maxRetries: number;
}

/** An error returned by Vault, in its own words. It never contains a value that was sent. */
class VaultError extends Error {
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

/** Vault's HTTP API. The first request is preceded by two others, which make the child token of all further ones. */
export class VaultApi {
  readonly #address: VaultAddress;
  readonly #signal: AbortSignal;
  readonly #agent: http.Agent;
  #token: Promise<string> | undefined;

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

  /**
   * Reads the `data` at a path, or undefined if there is nothing.
   * @param absent Vault's words for nothing, at a path where it answers with another status than 404
   */
  async get(path: string, absent?: RegExp): Promise<Properties | undefined> {
    try {
      const body = parse(await this.#request("GET", path, await this.#childToken()));
      return isProperties(body["data"]) ? body["data"] : body;
    } catch (error) {
      if (isAbsent(error, absent)) return undefined;
      throw error;
    }
  }

  /** Reads a text that Vault gives to everybody, without a token; undefined if there is nothing. */
  async getPublicText(path: string, absent?: RegExp): Promise<string | undefined> {
    // The official provider makes its child token when it makes its client, before it knows what the client is for.
    await this.#childToken();
    try {
      return await this.#request("GET", path, undefined);
    } catch (error) {
      if (isAbsent(error, absent)) return undefined;
      throw error;
    }
  }

  /**
   * Writes to a path.
   * @returns the `data` of the response, empty if there is none
   */
  async write(path: string, body: Properties): Promise<Properties> {
    return propertiesAt(parse(await this.#request("POST", path, await this.#childToken(), body)), "data");
  }

  /** Deletes a path; it is not an error if nothing is there. */
  async delete(path: string): Promise<void> {
    try {
      await this.#request("DELETE", path, await this.#childToken());
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #childToken(): Promise<string> {
    this.#token ??= this.#createChildToken().catch((error: unknown) => {
      this.#token = undefined;
      throw error;
    });
    return this.#token;
  }

  async #createChildToken(): Promise<string> {
    const { token, childTokenSeconds } = this.#address;
    await this.#request("GET", "auth/token/lookup-self", token);
    if (childTokenSeconds === undefined) return token;
    const ttl = `${childTokenSeconds}s`;
    const wanted = { display_name: "terraform", ttl, explicit_max_ttl: ttl, renewable: false };
    const answer = parse(await this.#request("POST", "auth/token/create", token, wanted));
    const child = textAt(answer, "auth", "client_token");
    if (child === undefined) throw new Error(`Vault at ${this.#address.address} made no child token`);
    return child;
  }

  async #request(method: string, path: string, token: string | undefined, body?: Properties): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const { status, text } = await this.#send(method, path, token, body);
      if (status >= 200 && status < 300) return text;
      const errors = listAt(parse(text), "errors").map(String);
      // Vault reports a new KV mount as created before it is ready.
      const isPreparing = status === 400 && errors.some((error) => error.includes("Upgrading from non-versioned"));
      const isPassing = status === 412 || (status >= 500 && status !== 501);
      const retries = isPreparing ? preparingRetries : isPassing ? this.#address.maxRetries : 0;
      if (attempt > retries) {
        const said = errors.length === 0 ? `status ${status}` : errors.join("; ").trim();
        throw new VaultError(`Vault at ${this.#address.address} refused ${method} ${path}: ${said}`, status);
      }
      await delay(retryAfter, undefined, { signal: this.#signal });
    }
  }

  async #send(
    method: string,
    path: string,
    token: string | undefined,
    body?: Properties,
  ): Promise<{ status: number; text: string }> {
    const { address } = this.#address;
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const own = token === undefined ? {} : { "x-vault-token": token };
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const send = address.startsWith("https:") ? https.request : http.request;
      const outgoing = send(
        new URL(`/v1/${encoded}`, address),
        {
          method,
          agent: this.#agent,
          signal: this.#signal,
          headers: { ...own, "x-vault-request": "true", "content-type": "application/json" },
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
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") };
  }
}

/** Whether Vault says that there is nothing at a path: with status 404 or, at some paths, with these words. */
function isAbsent(error: unknown, words?: RegExp): boolean {
  return error instanceof VaultError && (error.status === 404 || words?.test(error.message) === true);
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
