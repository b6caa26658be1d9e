import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createServerIdentity } from "../../sandbox/sites/certificates.ts";
import { ensureTool } from "../../sandbox/toolchain/build.ts";
import { deliveryTools } from "../../sandbox/toolchain/deliveryTools.ts";

/** A real S3-compatible store on this machine, with TLS and the buckets that it was started with. */
export class S3Server {
  readonly credentials = { accessKeyId: "AKIAGEMELOSTEST", secretAccessKey: "planted-secret-of-the-bucket" };
  readonly endpoint: string;
  readonly caCertificate: string;
  /** Where the buckets' objects are, as files. */
  readonly buckets: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(port: number, caCertificate: string, folder: string, child: ChildProcess) {
    this.endpoint = `https://127.0.0.1:${port}`;
    this.caCertificate = caCertificate;
    this.buckets = join(folder, "buckets");
    this.#folder = folder;
    this.#child = child;
  }

  static async start(...buckets: readonly string[]): Promise<S3Server> {
    const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gemelos");
    const step = <Result>(_: string, work: () => Promise<Result>) => work();
    const tool = await ensureTool(deliveryTools.versitygw, { cache, step, signal: new AbortController().signal });
    const folder = mkdtempSync(join(tmpdir(), "gemelos-s3-"));
    for (const bucket of buckets) mkdirSync(join(folder, "buckets", bucket), { recursive: true });
    const identity = await createServerIdentity("S3 server of the tests");
    const [certificate, key] = [join(folder, "server.pem"), join(folder, "server-key.pem")];
    writeFileSync(certificate, identity.certificate);
    writeFileSync(key, identity.key);
    const port = await freePort();
    const options = ["--quiet", "--port", `127.0.0.1:${port}`, "--cert", certificate, "--key", key];
    const env = { ROOT_ACCESS_KEY: "AKIAGEMELOSTEST", ROOT_SECRET_KEY: "planted-secret-of-the-bucket" };
    // Not every file system of a test has extended attributes, where it would keep what it knows of an object.
    const args = [...options, "posix", "--sidecar", join(folder, "sidecar"), join(folder, "buckets")];
    mkdirSync(join(folder, "sidecar"));
    const child = spawn(tool.path, args, { env, stdio: ["ignore", "ignore", "inherit"] });
    for (let tries = 0; !(await isOpen(port)); tries++) {
      if (tries > 200 || child.exitCode !== null) throw new Error("the S3 server does not start");
      await wait(50);
    }
    return new S3Server(port, identity.caCertificate, folder, child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = new Promise((resolve) => this.#child.once("close", resolve));
      this.#child.kill();
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
