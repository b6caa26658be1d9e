import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { RemoteError } from "../../command/errors.ts";

/** User and password, or token. */
interface Login {
  readonly user: string;
  readonly password: string;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | readonly string[]>;
  readonly body: Buffer;
}

/** How long a server may say nothing, in milliseconds. */
const silence = 60_000;

/** How often a request is repeated that a server puts off, and how long is waited at most, in milliseconds. */
const attempts = 4;
const longestWait = 10_000;

/** Files behind GET and PUT, as a server of Maven repositories has them. */
export class WebFolder {
  readonly url: string;
  readonly #ca: string | undefined;
  readonly #login: Login | undefined;

  /**
   * @param url with a slash at its end
   * @param ca certificates that the server's is checked with; default: the system's
   */
  constructor(url: string, ca: string | undefined, login: Login | undefined) {
    this.url = url;
    this.#ca = ca;
    this.#login = login;
  }

  async list(folder: string): Promise<readonly string[] | undefined> {
    const { status, headers, body } = await this.#ask("GET", folder);
    if (status !== 200 || !String(headers["content-type"]).includes("html")) return undefined;
    const hrefs = body.toString("utf8").matchAll(/\bhref\s*=\s*["']([^"'?#]+)["']/gi);
    return [...hrefs].flatMap(([, href = ""]) => nameOf(href) ?? []);
  }

  async read(path: string): Promise<Buffer | undefined> {
    const answer = await this.#ask("GET", path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.#failed("GET", path, answer.status);
    return answer.body;
  }

  async write(path: string, content: Uint8Array): Promise<void> {
    const { status } = await this.#ask("PUT", path, content);
    if (status < 200 || status > 299) throw this.#failed("PUT", path, status);
  }

  async #ask(method: "GET" | "PUT", path: string, content?: Uint8Array): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#follow(method, new URL(path, this.url), content).catch((error: unknown) =>
        error instanceof Error ? error : new Error(String(error)),
      );
      const isPutOff = answer instanceof Error ? !/certificate/i.test(answer.message) : mayRepeat(answer.status);
      if (!isPutOff || attempt === attempts) {
        if (!(answer instanceof Error)) return answer;
        throw answer instanceof RemoteError ? answer : this.#unreachable(path, answer);
      }
      const told = answer instanceof Error ? Number.NaN : Number(answer.headers["retry-after"]);
      const pause = Number.isFinite(told) ? told * 1000 : 250 * 2 ** attempt;
      await wait(Math.min(pause, longestWait));
    }
  }

  /** Follows redirects of downloads, as Nexus and Artifactory make them to where the bytes are. */
  async #follow(method: "GET" | "PUT", url: URL, content: Uint8Array | undefined): Promise<Answer> {
    let place = url;
    for (let hops = 0; hops < 6; hops += 1) {
      const answer = await this.#once(method, place, content);
      const { location } = answer.headers;
      if (method === "PUT" || answer.status < 301 || answer.status > 308 || typeof location !== "string") return answer;
      const next = new URL(location, place);
      if (next.protocol !== "https:" && next.origin !== place.origin) {
        throw new RemoteError(`${url.href} leads to ${next.origin}, which is not HTTPS; have the server corrected`);
      }
      place = next;
    }
    throw new RemoteError(`${url.href} leads from one place to the next without an end; have the server corrected`);
  }

  async #once(method: string, url: URL, content: Uint8Array | undefined): Promise<Answer> {
    const isOwn = url.origin === new URL(this.url).origin;
    const headers = {
      ...(content === undefined ? {} : { "Content-Length": content.byteLength }),
      // Nobody else gets the login.
      ...(isOwn && this.#login !== undefined ? { Authorization: basic(this.#login) } : {}),
    };
    const trusted = this.#ca === undefined ? {} : { ca: this.#ca };
    return new Promise((resolve, reject) => {
      const options = { method, headers, timeout: silence, ...trusted };
      const request = (url.protocol === "https:" ? secureRequest : plainRequest)(url, options, (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      });
      request.on("timeout", () => request.destroy(new Error(`no answer for ${silence / 1000} s`)));
      request.on("error", reject);
      request.end(content);
    });
  }

  #unreachable(path: string, error: Error): RemoteError {
    const remedy = /certificate|self-signed/i.test(error.message)
      ? "name the file with its authority's certificate as libraries.caFile in delivery.yaml"
      : "run this again once it answers, which goes on where it ended";
    const code = "code" in error ? ` (${String(error.code)})` : "";
    return new RemoteError(
      `${this.url}${path} cannot be reached: ${error.message.split(";")[0] || "no connection"}${code}; ${remedy}`,
    );
  }

  #failed(method: string, path: string, status: number): RemoteError {
    const remedy =
      status === 401
        ? "correct the login that delivery.yaml names"
        : status === 403
          ? `have this login allowed to ${method === "PUT" ? "write" : "read"} there`
          : status === 429
            ? "it limits requests: wait a while, then run this again"
            : "run this again once it answers, which goes on where it ended";
    return new RemoteError(`${method} ${this.url}${path} is answered with ${status}; ${remedy}`);
  }
}

function mayRepeat(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

function basic({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** The name that a link of a listing ends with; none for a folder. */
function nameOf(href: string): string | undefined {
  const last = href.split("/").at(-1);
  return last === undefined || last === "" || last.startsWith(".") ? undefined : decodeURIComponent(last);
}
