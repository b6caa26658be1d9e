import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { lookUp, signalGroup } from "../../command/processes.ts";
import { writeWhole } from "../../command/writeWhole.ts";

/** A server program of the sandbox. */
export interface ServerProgram {
  /** Name shown by `status`: `kube-apiserver`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Version shown by `status`. */
  readonly version: string;
  /** TCP ports on 127.0.0.1 that the server listens on. */
  readonly ports: readonly number[];
}

/** Record of a started server, which leads its own process group. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  /** Start time as reported by the system, which distinguishes the server from a later process with the same ID. */
  readonly started: string;
  readonly version: string;
  readonly ports: readonly number[];
  readonly log: string;
}

/** State of a running server: resident memory in bytes. */
export interface ServerState {
  readonly memory: number;
}

/** The servers of one site: each is started in its own process group, recorded in a file, and stopped by its record. */
export class Servers {
  readonly #records: string;
  readonly #logs: string;

  /** @param folder the site's state folder */
  constructor(folder: string) {
    this.#records = join(folder, "processes");
    this.#logs = join(folder, "logs");
  }

  /** Starts a server that continues to run after this process exits. */
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
    writeWhole(join(this.#records, `${name}.json`), JSON.stringify(record));
    return record;
  }

  /** The recorded servers sorted by name, whether or not they are still running. */
  async recorded(): Promise<ServerProcess[]> {
    const files = await readdir(this.#records).catch(() => []);
    const records = files
      .filter((file) => file.endsWith(".json"))
      .toSorted()
      .map(async (file): Promise<ServerProcess> => JSON.parse(await readFile(join(this.#records, file), "utf8")));
    return Promise.all(records);
  }

  /** Terminates all servers, kills those still running after `patience` milliseconds, and removes the records. */
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

/** State of a recorded server, or undefined if it is no longer running. */
export function stateOf({ pid, started }: ServerProcess): ServerState | undefined {
  const found = lookUp(pid);
  return found === undefined || found.started !== started ? undefined : { memory: found.memory };
}

/**
 * Whether a child of this process is running. Cheaper than {@link isRunning}, but true for zombies of other processes.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
