import { createHash, createHmac } from "node:crypto";
import { Agent, request } from "node:https";
import { SignatureV4 } from "@smithy/signature-v4";
import { RemoteError } from "../../command/errors.ts";
import type { S3History } from "../../components/siteHistory.ts";

/** How long an answer may take, in milliseconds. */
const timeout = 15_000;

/** What opens a bucket. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** One request to the store. */
export interface S3Request {
  readonly method: "GET" | "PUT";
  /** Key of the object; empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Status and body of the store's answer. */
export interface S3Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends requests to a bucket of an S3-compatible store, signed, with the bucket as the first part of the path. */
export class S3Client {
  readonly #signer: SignatureV4;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 });
  readonly #place: S3History;

  constructor(place: S3History, credentials: S3Credentials) {
    this.#place = place;
    const { region = "us-east-1" } = place;
    // In S3 a key's path is escaped once only.
    this.#signer = new SignatureV4({ credentials, region, service: "s3", sha256: Sha256, uriEscapePath: false });
  }

  /** @throws RemoteError if the store cannot be reached. */
  async send({ method, key, query = {}, headers = {}, body = "" }: S3Request): Promise<S3Answer> {
    const { endpoint, bucket, caCertificate } = this.#place;
    const { hostname, port, host } = new URL(endpoint);
    const path = `/${[bucket, ...key.split("/")].map(encodeURIComponent).join("/").replace(/\/$/, "")}`;
    const signed = await this.#signer.sign({
      ...{ method, protocol: "https:", hostname, path, query: { ...query }, body },
      headers: { host, ...headers },
    });
    const search = new URLSearchParams(query).toString().replaceAll("+", "%20");
    const options = {
      ...{
        method,
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port,
        headers: signed.headers,
        timeout,
        agent: this.#agent,
      },
      path: search === "" ? path : `${path}?${search}`,
      ...(caCertificate === undefined ? {} : { ca: caCertificate }),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new RemoteError(`cannot be reached (${codeOf(error)})`));
      const sent = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.once("error", fail);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      sent.once("timeout", () => sent.destroy(new Error(`no answer in ${timeout / 1000} s`)));
      sent.once("error", fail);
      sent.end(body);
    });
  }
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}

/** What the signer asks for: a hash, or a keyed one. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  /** Of the signer's interface; nothing is hashed twice with the same one. */
  reset(): void {
    throw new Error("a hash is used once");
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, "utf8");
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
