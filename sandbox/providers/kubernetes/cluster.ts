import http from "node:http";
import https from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Properties } from "../protocol/values.ts";
import { isProperties, textAt } from "../protocol/values.ts";

/** Field manager under which this provider applies objects. */
export const fieldManager = "pulumi-kubernetes";

/** An error returned by the API server, in its own words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A request to the API server. */
export interface ApiRequest {
  readonly method: "GET" | "PATCH" | "DELETE";
  /** Path with query string. */
  readonly path: string;
  readonly body?: Properties;
}

/** Response of the API server, with its warnings. */
export interface ApiAnswer {
  readonly body: Properties;
  readonly warnings: readonly string[];
}

/** One event of a watch: ADDED, MODIFIED, DELETED, BOOKMARK, ERROR. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Properties;
}

/** Number of retries of a request for which the API server is too busy (429). */
const busyRetries = 5;

/** A connection to one API server, with the credentials of a kubeconfig context. */
export class Cluster {
  readonly #config: KubeConfig;
  readonly #server: URL;
  #agents: Promise<Agents> | undefined;

  /** @throws Error if the kubeconfig's context has no cluster. */
  constructor(config: KubeConfig) {
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      throw new Error(
        `the kubeconfig's context "${config.getCurrentContext()}" has no cluster; name one in the provider's "context"`,
      );
    }
    this.#config = config;
    this.#server = new URL(cluster.server.endsWith("/") ? cluster.server : `${cluster.server}/`);
  }

  /** Address of the API server. */
  get server(): string {
    return this.#server.href;
  }

  /**
   * Sends a request.
   * @throws ApiError if the API server rejects it.
   * @throws ConnectionError if the API server is unreachable.
   */
  async request(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    for (let attempt = 0; ; attempt++) {
      const response = await this.#send(request, signal);
      const text = await textOf(response);
      const status = response.statusCode ?? 0;
      if (status === 429 && attempt < busyRetries) {
        await delay(Number(response.headers["retry-after"] ?? 1) * 1000, undefined, { signal });
        continue;
      }
      const body = parse(text);
      if (status < 200 || status > 299) {
        throw new ApiError(
          status,
          textAt(body, "message") ?? `${this.#server.host} answered ${status} to ${request.path}`,
        );
      }
      return { body: body ?? {}, warnings: warningsOf(response.headers["warning"]) };
    }
  }

  /** The events of a watch, until the API server ends it or the signal is aborted. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const response = await this.#send({ method: "GET", path }, signal, true);
    if (response.statusCode !== 200) {
      const body = parse(await textOf(response));
      throw new ApiError(response.statusCode ?? 0, textAt(body, "message") ?? `the watch ${path} was refused`);
    }
    try {
      for await (const line of createInterface({ input: response })) {
        const event = parse(line);
        const object = event?.["object"];
        if (isProperties(object)) yield { type: textAt(event, "type") ?? "", object };
      }
    } finally {
      response.destroy();
    }
  }

  /** Closes idle connections. */
  close(): void {
    void this.#agents?.then(({ requests, watches }) => {
      requests.destroy();
      watches.destroy();
    });
  }

  async #send(request: ApiRequest, signal: AbortSignal, isWatch = false): Promise<http.IncomingMessage> {
    const options: https.RequestOptions = {};
    // Applied for each request, because tokens from files and credential plugins expire.
    await this.#config.applyToHTTPSOptions(options);
    this.#agents ??= Promise.resolve(makeAgents(this.#server, options));
    const { requests, watches } = await this.#agents;
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const attempt = () =>
      new Promise<http.IncomingMessage>((resolve, reject) => {
        const send = this.#server.protocol === "http:" ? http.request : https.request;
        const outgoing = send(
          new URL(request.path.replace(/^\//, ""), this.#server),
          {
            method: request.method,
            agent: isWatch ? watches : requests,
            signal,
            ...(options.auth === undefined ? {} : { auth: options.auth }),
            headers: {
              ...plainHeaders(options.headers),
              accept: "application/json",
              ...(body === undefined
                ? {}
                : {
                    "content-type": contentType(request.method),
                    // For a DELETE, Node omits the length, and the API server would take the body for the next request.
                    "content-length": Buffer.byteLength(body),
                  }),
            },
          },
          resolve,
        );
        outgoing.on("error", (error) => reject(new ConnectionError(this.#server, error, outgoing.reusedSocket)));
        outgoing.end(body);
      });
    try {
      return await attempt();
    } catch (error) {
      // The API server has closed an idle connection in the meantime. Every request made here is safe to repeat.
      if (error instanceof ConnectionError && error.reusedSocket && !signal.aborted) return attempt();
      throw error;
    }
  }
}

/** The API server is unreachable. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly reusedSocket: boolean;

  constructor(server: URL, cause: Error, reusedSocket: boolean) {
    super(`the API server at ${server.origin} cannot be reached: ${cause.message}`, { cause });
    this.reusedSocket = reusedSocket;
  }
}

/** Separate agents, because watches occupy their connections for minutes. */
interface Agents {
  readonly requests: http.Agent;
  readonly watches: http.Agent;
}

function makeAgents(
  server: URL,
  { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }: https.RequestOptions,
): Agents {
  const connections = { keepAlive: true, maxSockets: 32 };
  if (server.protocol === "http:") return { requests: new http.Agent(connections), watches: new http.Agent() };
  const stated = Object.entries({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized });
  const trust: https.AgentOptions = Object.fromEntries(stated.filter(([, value]) => value !== undefined));
  return { requests: new https.Agent({ ...trust, ...connections }), watches: new https.Agent(trust) };
}

function plainHeaders(headers: https.RequestOptions["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}

function contentType(method: string): string {
  return method === "PATCH" ? "application/apply-patch+yaml" : "application/json";
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): Properties | undefined {
  try {
    const value: Properties = JSON.parse(text);
    return isProperties(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Parses a Warning header: `299 - "text"`, several separated by commas. */
function warningsOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(", ") : (header ?? "");
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, warning = ""]) =>
    warning.replaceAll(/\\(.)/g, "$1"),
  );
}
