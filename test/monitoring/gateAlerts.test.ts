import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { askByHttps, trustIn } from "../../delivery/gate/httpsRequest.ts";
import { type GateResult, runGate, type SoakState } from "../../delivery/gate/index.ts";
import { Authority } from "../support/entranceServer.ts";
import { gateCluster, gateExpectations, gateSite, rolledOut } from "../support/gateCluster.ts";
import { monitoringTool } from "./promtool.ts";
import { password, passwordHash } from "./renderedSite.ts";

// What a gate makes of a real Prometheus, which speaks TLS and asks for a password.
let folder: string;
let port: number;
let authority: Authority;
let prometheus: ChildProcess;

/** Rules of which the first fires always, and another while `pages` is true. */
async function writeRules(pages: boolean): Promise<void> {
  const page = { alert: "ServiceDown", expr: "vector(1)", labels: { severity: "page", service: "receipts" } };
  const rules = [{ alert: "Watchdog", expr: "vector(1)", labels: { severity: "none" } }, ...(pages ? [page] : [])];
  await writeFile(join(folder, "rules.yml"), stringify({ groups: [{ name: "all", interval: "1s", rules }] }));
  prometheus?.kill("SIGHUP");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-gate-"));
  const [binary, free] = await Promise.all([monitoringTool("prometheus"), freePort()]);
  port = free;
  authority = await Authority.create();
  const { cert, key } = await authority.issue("localhost", [-1, 2]);
  await writeFile(join(folder, "server.crt"), cert);
  await writeFile(join(folder, "server.key"), key);
  const web = {
    tls_server_config: { cert_file: "server.crt", key_file: "server.key" },
    basic_auth_users: { gate: passwordHash },
  };
  await writeFile(join(folder, "web.yml"), stringify(web));
  await writeFile(join(folder, "prometheus.yml"), stringify({ rule_files: ["rules.yml"] }));
  await writeRules(false);
  const flags = ["--config.file=prometheus.yml", "--web.config.file=web.yml", `--web.listen-address=127.0.0.1:${port}`];
  prometheus = spawn(binary, [...flags, "--storage.tsdb.path=data"], { cwd: folder, stdio: "ignore" });
  // Before it listens, the signal by which it reads its rules anew would end it.
  await vi.waitFor(async () => {
    const trust = trustIn([authority.certificate]);
    const place = { address: "127.0.0.1", host: "localhost", port, path: "/-/ready" };
    const { status } = await askByHttps({ ...place, trust, signal: AbortSignal.timeout(5000) });
    expect([200, 401]).toContain(status);
  }, 60_000);
});

afterAll(async () => {
  if (prometheus.exitCode === null && prometheus.signalCode === null) {
    const ended = once(prometheus, "exit");
    prometheus.kill();
    await ended;
  }
  await rm(folder, { recursive: true });
});

beforeEach(() => writeRules(false));

/** Runs a gate of a few real seconds. */
async function gate(
  more: { readonly port?: number; readonly word?: string; readonly onState?: (state: SoakState) => void } = {},
): Promise<GateResult> {
  const url = `https://localhost:${more.port ?? port}`;
  return runGate({
    ...{ ...gateSite, soakSeconds: 8, timeoutSeconds: 60, signal: new AbortController().signal },
    site: {
      ...gateSite.site,
      gate: { prometheus: { url, username: "gate" }, caCertificate: authority.certificate },
    },
    environment: { PROMETHEUS_PASSWORD: more.word ?? password },
    expected: gateExpectations,
    client: gateCluster(rolledOut),
    onState: more.onState ?? (() => undefined),
  });
}

it("passes while nothing fires for which somebody is called", async () => {
  const result = await vi.waitFor(async () => {
    const found = await gate();
    expect(found.outcome).toBe("pass");
    return found;
  }, 120_000);
  expect(result.conditions).toContainEqual(
    expect.objectContaining({ name: "alerts", state: "pass", what: "no alert with severity page fires" }),
  );
});

it("an alert that fires during the soak interrupts it, and fails the gate while it lasts", async () => {
  let soaked = false;
  const result = await gate({
    onState: ({ soaking }) => {
      if (soaking === undefined || soaked) return;
      soaked = true;
      void writeRules(true);
    },
  });
  expect(result).toMatchObject({
    ...{ outcome: "fail", interruptions: 1 },
    failed: {
      ...{ name: "alerts", state: "fail", what: "firing with severity page: ServiceDown (receipts)" },
      because: "it lasted as long as the soak",
    },
  });
});

it("an alert that stops again lets the gate pass, after a whole soak", async () => {
  let seen = 0;
  const result = await gate({
    onState: ({ soaking, standings }) => {
      const fires = standings.some(({ condition, state }) => condition === "alerts" && state === "fail");
      if (soaking !== undefined && seen === 0) {
        seen = 1;
        void writeRules(true);
      } else if (fires && seen === 1) {
        seen = 2;
        void writeRules(false);
      }
    },
  });
  expect(result).toMatchObject({ outcome: "pass", interruptions: 1 });
  const lasted = Date.parse(result.ended) - Date.parse(result.soaking ?? "");
  expect(lasted).toBeGreaterThanOrEqual(8000);
});

it("a wrong password is no data, and that fails the gate", async () => {
  expect(await gate({ word: "another" })).toMatchObject({
    outcome: "fail",
    failed: { state: "no-data", what: "Prometheus does not accept the password (HTTP 401)" },
  });
});

it("a Prometheus that is not there is no data, and that fails the gate", async () => {
  expect(await gate({ port: await freePort() })).toMatchObject({
    outcome: "fail",
    failed: {
      ...{ state: "no-data", what: "Prometheus cannot be reached (ECONNREFUSED)" },
      because: "there was no data for as long as the soak",
    },
  });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a server on a port has an address");
  return address.port;
}
