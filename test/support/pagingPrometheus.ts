import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { stringify } from "yaml";
import { askByHttps, trustIn } from "../../delivery/gate/httpsRequest.ts";
import { freePorts } from "../../sandbox/sites/ports.ts";
import { monitoringTool } from "../monitoring/promtool.ts";
import { passwordHash } from "../monitoring/renderedSite.ts";
import { Authority } from "./entranceServer.ts";

/** A real Prometheus on this machine, which speaks TLS and asks for a password, with an alert that a test lets fire. */
export class PagingPrometheus {
  readonly url: string;
  /** The authority of its certificate, as PEM. */
  readonly caCertificate: string;
  /** Who may ask it, with the password of `test/monitoring/renderedSite.ts`. */
  readonly username = "gate";
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number, caCertificate: string, folder: string, process: ChildProcess) {
    this.url = `https://localhost:${port}`;
    this.caCertificate = caCertificate;
    this.#folder = folder;
    this.#process = process;
  }

  static async start(): Promise<PagingPrometheus> {
    const folder = await mkdtemp(join(tmpdir(), "gemelos-gate-"));
    const [binary, [port = 0], authority] = await Promise.all([
      monitoringTool("prometheus"),
      freePorts(1),
      Authority.create(),
    ]);
    const { cert, key } = await authority.issue("localhost", [-1, 2]);
    await writeFile(join(folder, "server.crt"), cert);
    await writeFile(join(folder, "server.key"), key);
    const web = {
      tls_server_config: { cert_file: "server.crt", key_file: "server.key" },
      basic_auth_users: { gate: passwordHash },
    };
    await writeFile(join(folder, "web.yml"), stringify(web));
    await writeFile(join(folder, "prometheus.yml"), stringify({ rule_files: ["rules.yml"] }));
    await writeFile(join(folder, "rules.yml"), rules(false));
    const flags = [
      "--config.file=prometheus.yml",
      "--web.config.file=web.yml",
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const child = spawn(binary, [...flags, "--storage.tsdb.path=data"], { cwd: folder, stdio: "ignore" });
    // Before it listens, the signal by which it reads its rules anew would end it.
    await vi.waitFor(async () => {
      const trust = trustIn([authority.certificate]);
      const place = { address: "127.0.0.1", host: "localhost", port, path: "/-/ready" };
      const { status } = await askByHttps({ ...place, trust, signal: AbortSignal.timeout(5000) });
      expect([200, 401]).toContain(status);
    }, 60_000);
    return new PagingPrometheus(port, authority.certificate, folder, child);
  }

  /** Lets the alert ServiceDown of receipts, by which somebody is called, fire or not. Another always fires. */
  async page(fires: boolean): Promise<void> {
    await writeFile(join(this.#folder, "rules.yml"), rules(fires));
    this.#process.kill("SIGHUP");
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, "exit");
      this.#process.kill();
      await ended;
    }
    await rm(this.#folder, { recursive: true });
  }
}

function rules(fires: boolean): string {
  const page = { alert: "ServiceDown", expr: "vector(1)", labels: { severity: "page", service: "receipts" } };
  const all = [{ alert: "Watchdog", expr: "vector(1)", labels: { severity: "none" } }, ...(fires ? [page] : [])];
  return stringify({ groups: [{ name: "all", interval: "1s", rules: all }] });
}
