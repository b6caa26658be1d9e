import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** A request as a handler sees it. */
export interface Asked {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body as JSON; undefined where there is none. */
  readonly body: unknown;
}

/** Status and body of an answer. */
export type Answer = readonly [status: number, body: unknown];

/** A server on this machine with a certificate of its own, which answers as a function says and remembers what it was asked. */
export class HttpsServer {
  readonly asked: Asked[] = [];
  /** How many connections were opened, also those that ended before they asked anything. */
  connections = 0;
  readonly certificate: string;
  readonly #server: Server;

  private constructor(certificate: string, server: Server) {
    this.certificate = certificate;
    this.#server = server;
  }

  static async start(handle: (asked: Asked) => Answer): Promise<HttpsServer> {
    const { cert, key } = await ownCertificate();
    const server = createServer({ cert, key });
    const started = new HttpsServer(cert, server);
    server.on("connection", () => {
      started.connections += 1;
    });
    server.on("request", async (request, response) => {
      const url = new URL(request.url ?? "/", "https://server");
      const content = await text(request);
      const asked: Asked = {
        method: request.method ?? "",
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        headers: request.headers,
        body: content === "" ? undefined : JSON.parse(content),
      };
      started.asked.push(asked);
      const [status, body] = handle(asked);
      response.writeHead(status, { "Content-Type": "application/json", Connection: "close" }).end(JSON.stringify(body));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return started;
  }

  get address(): string {
    // A server that listens on a port has an address of this shape.
    const { port } = this.#server.address() as AddressInfo;
    return `https://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

/** A certificate for 127.0.0.1 that is its own authority. */
export async function ownCertificate(): Promise<{ cert: string; key: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=127.0.0.1",
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }]),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    cert: `${certificate.toString("pem")}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
  };
}
