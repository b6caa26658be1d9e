import { request as httpsRequest } from "node:https";

/** Response of a server. */
export interface Answer {
  readonly status: number;
  /** The body parsed as JSON; plain text if it is not JSON; undefined if it is empty. */
  readonly body: unknown;
}

/** A request to a server of the sandbox. */
export interface Request {
  readonly url: string;
  /** PEM of the CA that signed the server's certificate. */
  readonly ca: string;
  /**
   * HTTP method.
   * @default "GET"
   */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Body to send as JSON. */
  readonly body?: unknown;
  /**
   * Seconds without a response after which the request fails.
   * @default 30
   */
  readonly timeoutSeconds?: number;
}

/**
 * Sends a request and returns the whole response, whatever its status.
 * @throws Error if the server is unreachable.
 */
export function send({ url, ca, method = "GET", headers = {}, body, timeoutSeconds = 30 }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    // For a DELETE, Node omits the length, and the server would take the body for the next request.
    const type =
      text === undefined
        ? {}
        : { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) };
    const outgoing = httpsRequest(
      url,
      { method, ca, headers: { ...type, ...headers }, timeout: timeoutSeconds * 1000 },
      (response) => {
        let received = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          received += chunk;
        });
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: parse(received) }));
      },
    );
    outgoing.once("timeout", () => outgoing.destroy(new Error(`no answer from ${url} in ${timeoutSeconds} s`)));
    outgoing.once("error", reject);
    outgoing.end(text);
  });
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
