import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { freePorts } from "../../sandbox/sites/ports.ts";
import { ensureTool } from "../../sandbox/toolchain/build.ts";
import { deliveryTools } from "../../sandbox/toolchain/deliveryTools.ts";

import { ownCertificate } from "./httpsServer.ts";

/** What happens to a request instead of being answered by the registry: a status with headers, or the connection breaks. */
export type Fault = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | "break";

/** The user and password of the registries. */
export const login = { user: "ana", password: "s3cret-of-the-registry" };

/**
 * A real registry behind HTTPS, which asks for a login, and in front of which requests can be made to fail.
 */
export class Registry {
  /** `127.0.0.1:40123`. */
  readonly host: string;
  /** Each request: `PUT /v2/receipts/manifests/1.0`. */
  readonly requests: string[] = [];
  /** Decides what happens to a request; it is asked before the registry. */
  fault: (request: string) => Fault | undefined = () => undefined;
  readonly #server: Server;
  readonly #process: ChildProcess;

  private constructor(host: string, server: Server, process: ChildProcess) {
    this.host = host;
    this.#server = server;
    this.#process = process;
  }

  /** @param folder an empty folder for its files */
  static async start(
    kind: "registry" | "registryWithReferrers",
    folder: string,
    certificate: { readonly cert: string; readonly key: string },
  ): Promise<Registry> {
    const executable = await deliveryTool(kind);
    const [port = 0] = await freePorts(1);
    const configuration = join(folder, "registry.yml");
    const storage = { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } };
    const http = { addr: `127.0.0.1:${port}`, relativeurls: true };
    await writeFile(configuration, JSON.stringify({ version: "0.1", log: { level: "error" }, storage, http }));
    const args = kind === "registry" ? ["serve", configuration] : [`127.0.0.1:${port}`];
    const child = spawn(executable, args, {
      stdio: "ignore",
      env: { ...process.env, OTEL_TRACES_EXPORTER: "none" },
    });
    const server = createServer(certificate, (request, response) => started.#answer(request, response, port));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const started = new Registry(`127.0.0.1:${(server.address() as AddressInfo).port}`, server, child);
    for (let tries = 0; !(await answers(port)); tries += 1) {
      if (tries > 200) throw new Error(`${kind} does not start`);
      await wait(50);
    }
    return started;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#process.kill();
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, "exit");
  }

  #answer(request: IncomingMessage, response: ServerResponse, port: number): void {
    const name = `${request.method} ${request.url}`;
    this.requests.push(name.replace(/\?.*/, ""));
    const wanted = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
    const isLoggedIn = request.headers.authorization === wanted;
    const fault = isLoggedIn
      ? this.fault(name)
      : { status: 401, headers: { "WWW-Authenticate": 'Basic realm="test"' } };
    if (fault === "break") {
      request.socket.destroy();
      return;
    }
    if (fault !== undefined) {
      request.resume();
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const { method, url, headers } = request;
    const passed = ask({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  }
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** The path of a tool, which is built from its pinned source where it is not there yet. */
async function deliveryTool(name: keyof typeof deliveryTools): Promise<string> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gemelos");
  const step = <Result>(_: string, work: () => Promise<Result>) => work();
  const tool = await ensureTool(deliveryTools[name], { cache, step, signal: new AbortController().signal });
  return tool.path;
}

const execute = promisify(execFile);

/** Registries with one certificate and one login, and the tool with which tests look at them and fill them. */
export class Registries {
  readonly folder: string;
  /** The certificate that signs itself, as a file. */
  readonly caFile: string;
  /** The login to all registries, as a file. */
  readonly registryConfig: string;
  readonly #certificate: { readonly cert: string; readonly key: string };
  readonly #registries: Registry[] = [];

  private constructor(folder: string, certificate: { readonly cert: string; readonly key: string }) {
    this.folder = folder;
    this.caFile = join(folder, "ca.pem");
    this.registryConfig = join(folder, "login.json");
    this.#certificate = certificate;
  }

  /** Puts the tool on this process' PATH, too. */
  static async create(): Promise<Registries> {
    const oras = await deliveryTool("oras");
    process.env["PATH"] = `${dirname(oras)}:${process.env["PATH"]}`;
    const registries = new Registries(await mkdtemp(join(tmpdir(), "gemelos-registries-")), await ownCertificate());
    await writeFile(registries.caFile, registries.#certificate.cert);
    return registries;
  }

  async start(kind: "registry" | "registryWithReferrers"): Promise<Registry> {
    const registry = await Registry.start(kind, await mkdtemp(join(this.folder, "registry-")), this.#certificate);
    this.#registries.push(registry);
    const auth = Buffer.from(`${login.user}:${login.password}`).toString("base64");
    const auths = Object.fromEntries(this.#registries.map(({ host }) => [host, { auth }]));
    await writeFile(this.registryConfig, JSON.stringify({ auths }));
    return registry;
  }

  async dispose(): Promise<void> {
    for (const registry of this.#registries) await registry.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs the tool in the folder and returns what it printed. */
  async oras(...args: string[]): Promise<string> {
    const flags = args[0] === "cp" ? ["from-", "to-"] : [""];
    const options = flags.flatMap((flag) => [
      `--${flag}ca-file`,
      this.caFile,
      `--${flag}registry-config`,
      this.registryConfig,
    ]);
    return (await execute("oras", [...args, ...options], { cwd: this.folder })).stdout.trim();
  }

  /** Pushes an image for one platform and returns its digest. */
  async pushImage(reference: string, content: string, architecture = "amd64"): Promise<string> {
    const files = { "config.json": JSON.stringify({ architecture, os: "linux" }), "layer.tar": content };
    for (const [file, text] of Object.entries(files)) await writeFile(join(this.folder, file), text);
    const kind = "application/vnd.oci.image";
    const parts = [`config.json:${kind}.config.v1+json`, `layer.tar:${kind}.layer.v1.tar`];
    await this.oras("push", "--no-tty", reference, "--config", ...parts);
    return this.oras("resolve", reference);
  }

  /** Pushes an image for two platforms and returns its digest. */
  async pushIndex(repository: string, tag: string, content: string): Promise<string> {
    for (const architecture of ["amd64", "arm64"]) {
      await this.pushImage(`${repository}:${tag}-${architecture}`, `${content} ${architecture}`, architecture);
    }
    await this.oras("manifest", "index", "create", `${repository}:${tag}`, `${tag}-amd64`, `${tag}-arm64`);
    return this.oras("resolve", `${repository}:${tag}`);
  }

  /** Attaches a file to an image, as cosign 3 attaches a signature, and returns its digest. */
  async attach(reference: string, content: string): Promise<string> {
    await writeFile(join(this.folder, "attached.json"), content);
    const type = ["--artifact-type", "application/vnd.dev.sigstore.bundle.v0.3+json"];
    const printed = await this.oras("attach", "--no-tty", ...type, reference, "attached.json:application/json");
    return /^Digest: (sha256:\S+)$/m.exec(printed)?.[1] ?? "";
  }

  /** Attaches a file by a tag, as older versions of cosign do, and returns its digest. */
  pushAttachment(repository: string, digest: string, kind: "sig" | "att" | "sbom", content: string): Promise<string> {
    return this.pushImage(`${repository}:${digest.replace(":", "-")}.${kind}`, content);
  }
}
