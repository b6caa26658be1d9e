import { type RequestOptions as HttpOptions, request as httpRequest } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { RemoteError } from "../command/errors.ts";
import { checkClusterUid, loadContext } from "../command/kubeconfig.ts";
import type { Site } from "../components/siteData.ts";
import { at, isObject, type PlainObject } from "../recorder/registeredResource.ts";
import { ApiError } from "./apiError.ts";

/** A request to the API server. */
export interface ApiRequest {
  /** @default GET */
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path and query: `/api/v1/namespaces`. */
  readonly path: string;
  /** @default application/json */
  readonly accept?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  /**
   * Ends the request.
   * @default nobody does; it ends after 30 s without a word
   */
  readonly signal?: AbortSignal;
}

/** Longest wait for an answer of the API server, in milliseconds. */
const patience = 30_000;

/**
 * A site's API server. Objects come and go as plain JSON, with every field: the client library's typed requests drop the
 * fields that it does not know. The library reads the kubeconfig and authenticates.
 */
export class ApiClient {
  readonly #config: KubeConfig;
  readonly #server: URL;
  #credentials: Promise<RequestOptions> | undefined;

  private constructor(config: KubeConfig, server: URL) {
    this.#config = config;
    this.#server = server;
  }

  /**
   * Reaches a site's cluster by its context in the operator's kubeconfig.
   * @throws RemoteError if it cannot be reached, refuses, or is not the site's cluster.
   */
  static async open(site: Pick<Site, "file" | "kubernetes">): Promise<ApiClient> {
    const { KubeConfig } = await import("@kubernetes/client-node");
    const config = loadContext(new KubeConfig(), site);
    const { context } = site.kubernetes;
    const server = config.getCurrentCluster()?.server;
    if (server === undefined || !URL.canParse(server)) {
      throw new RemoteError(`context ${context} has no cluster with a server; correct the kubeconfig`);
    }
    const client = new ApiClient(config, new URL(server));
    try {
      const system = await client.send({ path: "/api/v1/namespaces/kube-system" });
      checkClusterUid(site, String(at(system, "metadata", "uid")));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const denied = error.status === 401 || error.status === 403;
      const reason = denied ? "permission denied" : error.message;
      throw new RemoteError(`the cluster of context ${context} cannot be asked (${reason})`);
    }
    return client;
  }

  /**
   * Sends a request and returns the answer's body.
   * @throws ApiError if the API server refuses.
   * @throws RemoteError if it cannot be reached.
   */
  async send(asked: ApiRequest): Promise<PlainObject> {
    const { status, text } = await this.#exchange(asked);
    const body = parseObject(text);
    if (status < 300 && body !== undefined) return body;
    throw refusal(status, body);
  }

  /**
   * Sends a request whose answer is text, such as a pod's log.
   * @throws ApiError if the API server refuses.
   * @throws RemoteError if it cannot be reached.
   */
  async read(asked: ApiRequest): Promise<string> {
    const { status, text } = await this.#exchange(asked);
    if (status < 300) return text;
    throw refusal(status, parseObject(text));
  }

  /** What proves to the API server who is asking. */
  async #logIn(): Promise<RequestOptions> {
    const options: RequestOptions = { headers: {} };
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new RemoteError(`the kubeconfig's user cannot log in (${reasonOf(error)}); correct KUBECONFIG`);
    }
    const { agent } = options;
    // Hundreds of requests share a few connections. An agent for a proxy is of another class and stays as it is.
    if (!(agent instanceof Agent) || agent.constructor !== Agent) return options;
    return { ...options, agent: new Agent({ ...agent.options, keepAlive: true }) };
  }

  async #exchange({ method = "GET", path, accept, body, contentType, signal }: ApiRequest) {
    const json = "application/json";
    this.#credentials ??= this.#logIn();
    const { headers: credentials, ...options } = await this.#credentials;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    // Its length is stated, since Node frames no body of a DELETE by itself.
    const typed =
      payload === undefined
        ? {}
        : { "content-type": contentType ?? json, "content-length": Buffer.byteLength(payload) };
    const headers = { ...credentials, accept: accept ?? json, ...typed };
    const root = this.#server.pathname.replace(/\/$/, "");
    const sent: RequestOptions & HttpOptions = {
      ...options,
      method,
      headers,
      host: this.#server.hostname.replace(/^\[|\]$/g, ""),
      port: this.#server.port,
      path: `${root}${path}`,
      ...(signal === undefined ? {} : { signal }),
    };
    const start = this.#server.protocol === "http:" ? httpRequest : request;
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      const unreachable = (error: Error) =>
        reject(new RemoteError(`the API server ${this.#server.origin} cannot be reached (${reasonOf(error)})`));
      const outgoing = start(sent, (incoming) => {
        let text = "";
        incoming
          .setEncoding("utf8")
          .on("data", (part: string) => {
            text += part;
          })
          .on("end", () => resolve({ status: incoming.statusCode ?? 0, text }))
          .on("error", unreachable);
      });
      outgoing.setTimeout(patience, () => outgoing.destroy(new Error(`no answer in ${patience / 1000} s`)));
      outgoing.on("error", unreachable).end(payload);
    });
  }
}

function refusal(status: number, body: PlainObject | undefined): ApiError {
  const message = at(body, "message");
  return new ApiError(status, typeof message === "string" ? message : `HTTP ${status}`);
}

function reasonOf(error: unknown): string {
  const code = at(error, "code");
  if (typeof code === "string") return code;
  return error instanceof Error ? error.message : String(error);
}

function parseObject(text: string): PlainObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
