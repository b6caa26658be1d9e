import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** A server of the sandbox to start. */
export interface ServerProgram {
  /** What it is called in `status`: `kube-apiserver`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its version, for `status`. */
  readonly version: string;
  /** TCP ports of 127.0.0.1 on which it listens. */
  readonly ports: readonly number[];
}

/** A server that was started, as it is recorded. It leads a process group of its own. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** When it was started, as the system says it: tells it from a later process with the same number. */
  readonly started: string;
  readonly version: string;
  readonly ports: readonly number[];
  readonly log: string;
}

/** Resident memory of a running server in bytes; undefined where it does not run any more. */
export interface ServerState {
  readonly memory: number;
}

/** The servers of one site: started in process groups of their own, recorded in files, stopped by what is recorded. */
export class Servers {
  readonly #records: string;
  readonly #logs: string;

  /** @param folder the site's folder of state. */
  constructor(folder: string) {
    this.#records = join(folder, "processes");
    this.#logs = join(folder, "logs");
  }

  /** Starts a server that goes on when this process ends. */
  async start(program: ServerProgram): Promise<ServerProcess> {
    await mkdir(this.#records, { recursive: true });
    await mkdir(this.#logs, { recursive: true });
    const log = join(this.#logs, `${program.name}.log`);
    const output = openSync(log, "w", 0o600);
    const child = spawn(program.file, [...program.args], {
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...process.env, ...program.env },
    });
    closeSync(output);
    const pid = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("spawn", () => resolve(child.pid ?? 0));
    });
    child.unref();
    const { name, version, ports } = program;
    const record: ServerProcess = { name, pid, started: lookUp(pid)?.started ?? "", version, ports, log };
    const file = join(this.#records, `${name}.json`);
    await writeFile(`${file}.tmp`, JSON.stringify(record));
    await rename(`${file}.tmp`, file);
    return record;
  }

  /** The servers that were started, whether they still run or not, in the order of their names. */
  async recorded(): Promise<ServerProcess[]> {
    const files = await readdir(this.#records).catch(() => []);
    const records = files
      .filter((file) => file.endsWith(".json"))
      .toSorted()
      .map(async (file): Promise<ServerProcess> => JSON.parse(await readFile(join(this.#records, file), "utf8")));
    return Promise.all(records);
  }

  /** Stops all of them: asks first, and kills what has not ended after `patience` milliseconds. Forgets them. */
  async stop(patience = 10_000): Promise<void> {
    const running = (await this.recorded()).filter((record) => stateOf(record) !== undefined);
    for (const { pid } of running) signalGroup(pid, "SIGTERM");
    const end = performance.now() + patience;
    while (running.some((record) => stateOf(record) !== undefined)) {
      if (performance.now() > end) for (const { pid } of running) signalGroup(pid, "SIGKILL");
      await wait(50);
    }
    await rm(this.#records, { recursive: true, force: true });
  }
}

/** Whether a recorded server runs, and what it uses. */
export function stateOf({ pid, started }: ServerProcess): ServerState | undefined {
  const found = lookUp(pid);
  return found === undefined || found.started !== started ? undefined : { memory: found.memory };
}

/** Whether a child of this process runs: cheaper than {@link isRunning}, and true for another's zombies. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process of that number runs, also one of another's children; a zombie does not. */
export function isRunning(pid: number): boolean {
  return lookUp(pid) !== undefined;
}

/** Sends a signal to a server and all that it started. A group that is gone is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** What the system knows of a process; a zombie has ended and only waits for its parent. */
function lookUp(pid: number): { started: string; memory: number } | undefined {
  const { stdout } = spawnSync("ps", ["-o", "stat=,rss=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  const [, state = "", kibibytes, started] = /^\s*(\S+)\s+(\d+)\s+(.+?)\s*$/.exec(stdout ?? "") ?? [];
  if (started === undefined || state.startsWith("Z")) return undefined;
  return { started, memory: Number(kibibytes) * 1024 };
}
