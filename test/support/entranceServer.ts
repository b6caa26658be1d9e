import { webcrypto } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 86_400_000;

/** An authority of the tests' own. */
export class Authority {
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #certificate: x509.X509Certificate;

  private constructor(keys: webcrypto.CryptoKeyPair, certificate: x509.X509Certificate) {
    this.#keys = keys;
    this.#certificate = certificate;
  }

  static async create(): Promise<Authority> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      ...{ name: "CN=authority of a test", keys, signingAlgorithm: algorithm },
      ...{ notBefore: new Date(Date.now() - 10 * day), notAfter: new Date(Date.now() + 10 * day) },
      extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
    });
    return new Authority(keys, certificate);
  }

  get certificate(): string {
    return `${this.#certificate.toString("pem")}\n`;
  }

  /** A certificate for a host that is good from so many days before now to so many after. */
  async issue(host: string, days: readonly [from: number, to: number]): Promise<{ cert: string; key: string }> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create({
      ...{ subject: `CN=${host}`, issuer: this.#certificate.subject, publicKey: keys.publicKey },
      ...{ signingKey: this.#keys.privateKey, signingAlgorithm: algorithm },
      ...{ notBefore: new Date(Date.now() + days[0] * day), notAfter: new Date(Date.now() + days[1] * day) },
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }])],
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
    const pem = `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
    return { cert: `${certificate.toString("pem")}\n`, key: pem };
  }
}

/** A site's entrance on this machine. What it was asked is `host path`, in order. */
export class EntranceServer {
  readonly asked: string[] = [];
  /** The status of every answer; undefined is none at all. */
  status: number | undefined = 200;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(pair: { readonly cert: string; readonly key: string }): Promise<EntranceServer> {
    const server = createServer(pair);
    const entrance = new EntranceServer(server);
    server.on("request", async (request, response) => {
      entrance.asked.push(`${request.headers.host} ${request.url}`);
      if (entrance.status === undefined) await setTimeout(60_000, undefined, { ref: false });
      response.writeHead(entrance.status ?? 200).end("{}");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return entrance;
  }

  get port(): number {
    // A server that listens on a port has an address of this shape.
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
