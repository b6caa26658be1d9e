import { request as httpsRequest } from "node:https";

/** A server's answer. */
export interface Answer {
  readonly status: number;
  /** The body as JSON; its text where it is none; undefined where it is empty. */
  readonly body: unknown;
}

/** A request to a server of the sandbox. */
export interface Request {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Seconds without an answer after which the request fails. Default 30. */
  readonly timeoutSeconds?: number;
}

/** Sends a request and returns the whole answer, whatever its status. @throws Error where the server cannot be reached. */
export function send({ url, ca, method = "GET", headers = {}, body, timeoutSeconds = 30 }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    // The length is stated because Node states none for a DELETE, whose body then reads as the next request.
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
