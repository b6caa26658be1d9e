import { spawn } from "node:child_process";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isRunning, signalGroup } from "../../../command/processes.ts";
import { projectFolder } from "../../../recorder/stackFile.ts";
import { stateOf } from "../../../sandbox/sites/processes.ts";
import { Sandbox } from "../../../sandbox/sites/sandbox.ts";
import type { CommandResult } from "../../support/projectCopy.ts";

/** The command line on a sandbox of its own, as a person uses it. */
const name = "test-command";

/** Runs `npm run sandbox -- ...`. `interrupt` does what Ctrl-C does. */
function start(...args: string[]): { readonly ended: Promise<CommandResult>; readonly interrupt: () => void } {
  const file = join(projectFolder, "cli", "main.ts");
  const child = spawn(process.execPath, [file, "sandbox", ...args, "--name", name], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      result[stream] += text;
    });
  }
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...result }));
  });
  return { ended, interrupt: () => child.kill("SIGINT") };
}

function sandboxCommand(...args: string[]): Promise<CommandResult> {
  return start(...args).ended;
}

async function runningServers(): Promise<string[]> {
  const sandbox = await Sandbox.open(name);
  const recorded = await Promise.all(sandbox.sites.map((site) => site.servers.recorded()));
  return recorded
    .flat()
    .filter((server) => stateOf(server) !== undefined)
    .map(({ pid }) => String(pid))
    .toSorted();
}

/** Listens on a port as soon as the system has taken it back from the process that was killed. */
async function occupy(port: number): Promise<Server> {
  const listen = () =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(server));
    });
  return vi.waitFor(listen, { timeout: 10_000 });
}

beforeAll(() => sandboxCommand("down", "--delete"));
afterAll(() => sandboxCommand("down", "--delete"));

describe("the sandbox's command line", () => {
  test("before anything runs, status says so and ends with 1, and kubeconfig and deploy say what to do", async () => {
    const status = await sandboxCommand("status");
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/dc1 .*does not run\s*\ndc2 .*does not run/);
    for (const command of ["kubeconfig", "deploy"]) {
      const { code, stderr } = await sandboxCommand(command);
      expect(stderr).toContain("dc1 and dc2 does not run; start it: npm run sandbox -- up");
      expect(code).toBe(2);
    }
  });

  test("up starts six servers a site; a second up changes nothing; status shows versions, ports and memory", async () => {
    const first = await sandboxCommand("up");
    expect(first.stderr).not.toContain("error");
    expect(first.code).toBe(0);
    const servers = await runningServers();
    expect(servers).toHaveLength(12);
    expect((await sandboxCommand("up")).code).toBe(0);
    expect(await runningServers()).toEqual(servers);
    const status = await sandboxCommand("status");
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(/dc2 +kube-apiserver +v1\.\d+\.\d+ +\d+ +\d+ +\d+ MiB/);
    expect((await sandboxCommand("logs", "dc1", "etcd")).code).toBe(0);
    const unknown = await sandboxCommand("logs", "dc1", "kubelet");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('"kubelet" is not a server of dc1; expected one of etcd, kube-apiserver');
  });

  test("after a server was killed and its port taken by somebody else, up recovers with the data that was there", async () => {
    const sandbox = await Sandbox.open(name);
    const before = (await sandbox.running()).map(({ record }) => record.clusterUid);
    const [site] = sandbox.sites;
    const apiServer = (await site?.servers.recorded())?.find((server) => server.name === "kube-apiserver");
    if (apiServer === undefined) throw new Error("there is no API server");
    signalGroup(apiServer.pid, "SIGKILL");
    // On a busy machine its memory takes a while to go.
    await expect.poll(() => stateOf(apiServer), { timeout: 20_000 }).toBeUndefined();
    const [port = 0] = apiServer.ports;
    const intruder = await occupy(port);
    try {
      expect((await sandboxCommand("status")).code).toBe(1);
      const recovered = await sandboxCommand("up");
      expect(recovered.stderr).not.toContain("error");
      const running = await (await Sandbox.open(name)).running();
      expect(running.map(({ record }) => record.clusterUid)).toEqual(before);
      expect(running[0]?.record.ports.apiServer).not.toBe(port);
    } finally {
      intruder.close();
    }
  });

  test("down ends every process; Ctrl-C during the next up leaves none either", async () => {
    const started = await runningServers();
    expect(started).toHaveLength(12);
    expect((await sandboxCommand("down")).code).toBe(0);
    expect(await runningServers()).toEqual([]);
    expect(started.filter((pid) => isRunning(Number(pid)))).toEqual([]);

    const interrupted = start("up");
    await expect.poll(async () => (await runningServers()).length, { timeout: 60_000 }).toBeGreaterThan(3);
    const during = await runningServers();
    interrupted.interrupt();
    const { code, stderr } = await interrupted.ended;
    expect(stderr).toContain("interrupted; everything that was started is stopped again");
    expect(code).toBe(2);
    expect(during.filter((pid) => isRunning(Number(pid)))).toEqual([]);
  });

  test("two that start the same sandbox at once: one waits, both succeed, and nothing runs twice", async () => {
    const results = await Promise.all([sandboxCommand("up"), sandboxCommand("up")]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    expect(results.map(({ stderr }) => stderr).join("")).toContain(
      "waiting: another process starts or stops the sandbox",
    );
    expect(await runningServers()).toHaveLength(12);
  });
});
