import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { ownCertificate } from "./httpsServer.ts";

/** The user and password of the server. */
export const mavenLogin = { user: "ana", password: "s3cret-of-the-repository" };

/** A certificate that signs itself, and its key. */
type Certificate = Awaited<ReturnType<typeof ownCertificate>>;

/** What the server does otherwise than keep files. */
export interface MavenServerWays {
  /** Lists folders, as a plain web server does. Default: it says nothing of them, as Nexus. */
  readonly lists?: boolean;
  /** Makes checksums by itself and takes none, and lets nothing be written twice, as Nexus. */
  readonly isStrict?: boolean;
}

/** A repository of Maven's layout behind HTTPS: GET and PUT of files in a folder, for whoever has logged in. */
export class MavenServer {
  readonly certificate: string;
  /** Each request that was answered: `PUT /example/tax/money/1.0/money-1.0.jar`. */
  readonly requests: string[] = [];
  /** A status that is answered instead of what was asked for, `break` for a connection that breaks. */
  fault: (request: string) => number | "break" | undefined = () => undefined;
  /** Where a GET is sent on to. */
  redirect: (request: string) => string | undefined = () => undefined;
  /** The header with the login of each GET that came. */
  readonly logins: (string | undefined)[] = [];
  readonly #folder: string;
  readonly #server: Server;
  readonly #ways: MavenServerWays;

  private constructor(folder: string, certificate: string, server: Server, ways: MavenServerWays) {
    this.#folder = folder;
    this.certificate = certificate;
    this.#server = server;
    this.#ways = ways;
  }

  /** @param pair certificate and key, which servers may share; default: its own */
  static async start(folder: string, ways: MavenServerWays = {}, pair?: Certificate): Promise<MavenServer> {
    const { cert, key } = pair ?? (await ownCertificate());
    const server = createServer({ cert, key });
    const started = new MavenServer(folder, cert, server, ways);
    server.on("request", async (request, response) => {
      const name = `${request.method} ${decodeURIComponent(new URL(request.url ?? "/", "https://server").pathname)}`;
      started.requests.push(name);
      const body = await buffer(request);
      const fault = started.fault(name);
      if (fault === "break") {
        request.socket.destroy();
        return;
      }
      const place = started.redirect(name);
      if (place !== undefined) {
        response.writeHead(307, { Location: place }).end();
        return;
      }
      const { authorization } = request.headers;
      started.logins.push(authorization);
      const wanted = `Basic ${Buffer.from(`${mavenLogin.user}:${mavenLogin.password}`).toString("base64")}`;
      if (authorization !== wanted) {
        response.writeHead(401, { "WWW-Authenticate": 'Basic realm="maven"' }).end();
        return;
      }
      if (fault !== undefined) {
        response.writeHead(fault, { "Retry-After": "0" }).end();
        return;
      }
      const [status, content, type] = await started.#answer(name, body);
      response.writeHead(status, { "Content-Type": type ?? "application/octet-stream" }).end(content);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return started;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}/maven`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #answer(name: string, body: Buffer): Promise<[status: number, content?: string | Buffer, type?: string]> {
    const [method, path = ""] = name.split(" ");
    const file = join(this.#folder, path.replace(/^\/maven/, ""));
    const found = await stat(file).catch(() => undefined);
    if (method === "PUT") {
      if (this.#ways.isStrict === true && (found !== undefined || /\.(md5|sha1|sha256|sha512)$/.test(file)))
        return [400];
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, body);
      if (this.#ways.isStrict === true) await this.#sum(file, body);
      return [201];
    }
    if (found?.isDirectory() === true) {
      if (this.#ways.lists !== true)
        return [200, "<html><body>Browse this repository elsewhere</body></html>", "text/html"];
      const links = (await readdir(file)).map((each) => `<a href="${encodeURIComponent(each)}">${each}</a>`);
      return [200, `<html><a href="../">..</a>${links.join("\n")}</html>`, "text/html; charset=utf-8"];
    }
    return found === undefined ? [404] : [200, await readFile(file)];
  }

  async #sum(file: string, body: Buffer): Promise<void> {
    for (const sum of ["md5", "sha1", "sha256", "sha512"]) {
      await writeFile(`${file}.${sum}`, `${createHash(sum).update(body).digest("hex")}\n`);
    }
  }
}
