import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../command/errors.ts";
import { withLock } from "../../command/lock.ts";
import { writeWhole } from "../../command/writeWhole.ts";
import { listSites, projectFolder, readStackFiles, type StackConfiguration } from "../../recorder/stackFile.ts";
import { ensureToolchain, type Toolchain } from "../toolchain/build.ts";
import { ensureDefinitions } from "../toolchain/definitions.ts";
import { apiServerUrl } from "./apiServer.ts";
import { sandboxFolders } from "./folders.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import { SandboxSite } from "./site.ts";
import { describedSite } from "./siteConfiguration.ts";
import type { SiteRecord } from "./siteFolder.ts";
import type { Step } from "./steps.ts";

/** How the sandbox's operations report progress and are cancelled. */
export interface Attendance {
  readonly step: Step;
  readonly signal: AbortSignal;
}

/** One site of a running sandbox. */
export interface RunningSite {
  readonly name: string;
  /** The real site's configuration. */
  readonly stack: StackConfiguration;
  readonly record: SiteRecord;
}

/** All data centres of the project on one machine: a control plane and a Vault for each `Pulumi.<site>.yaml`. */
export class Sandbox {
  readonly name: string;
  /** Folder with the sandbox's data, keys, logs and process records. */
  readonly state: string;
  readonly sites: readonly SandboxSite[];
  readonly #cache: string;
  readonly #stacks: readonly StackConfiguration[];

  private constructor(name: string, stacks: readonly StackConfiguration[]) {
    const { cache, state } = sandboxFolders(name);
    this.name = name;
    this.state = state;
    this.#cache = cache;
    this.#stacks = stacks;
    this.sites = stacks.map((stack) => new SandboxSite(state, stack));
  }

  /**
   * Opens the named sandbox for the sites of a project, by default this one.
   * @throws ValidationError if a site's stack file is invalid.
   */
  static async open(name: string, project: string = projectFolder): Promise<Sandbox> {
    return new Sandbox(name, await readStackFiles(await listSites(project), project));
  }

  /** Path of a kubeconfig with one context per site, named as in the sites' stack files. */
  get kubeconfig(): string {
    return join(this.state, "kubeconfig");
  }

  /** All tools; missing ones are built. */
  tools({ step, signal }: Attendance): Promise<Toolchain> {
    return ensureToolchain({ cache: this.#cache, step, signal });
  }

  /** Starts all sites in parallel. Running sites are left as they are. */
  async up(attendance: Attendance): Promise<void> {
    const tools = await this.tools(attendance);
    const definitions = await ensureDefinitions({ cache: this.#cache, ...attendance });
    await this.#locked(attendance.signal, async () => {
      await attendance.step(`starting ${this.sites.map(({ name }) => name).join(", ")}`, () =>
        together(this.sites, attendance.signal, (site, signal) => site.up(tools, definitions, signal)),
      );
      await this.#writeKubeconfig(await this.#running());
    });
  }

  /** Stops all servers; with `discard`, also deletes the sandbox's data, keys and logs. */
  async down({ signal }: Pick<Attendance, "signal">, discard: boolean): Promise<void> {
    await this.#locked(signal, async () => {
      await Promise.all(this.sites.map((site) => site.servers.stop()));
      if (discard) await rm(this.state, { recursive: true, force: true });
    });
  }

  /**
   * The sites of the sandbox, all of which must be running.
   * @throws UsageError if one is not running.
   */
  async running(): Promise<readonly RunningSite[]> {
    const states = await Promise.all(this.sites.map((site) => site.isUp()));
    const down = this.sites.filter((_, index) => states[index] !== true).map(({ name }) => name);
    if (down.length > 0) throw new UsageError(`${down.join(" and ")} does not run; start it: npm run sandbox -- up`);
    return this.#running();
  }

  async #running(): Promise<readonly RunningSite[]> {
    const sites = await Promise.all(
      this.#stacks.map(async (stack, index) => {
        const record = await this.sites[index]?.record();
        return record === undefined ? [] : [{ name: stack.stack, stack, record }];
      }),
    );
    return sites.flat();
  }

  async #writeKubeconfig(sites: readonly RunningSite[]): Promise<void> {
    const text = formatKubeconfig(
      sites.map(({ stack, record }) => ({
        context: describedSite(stack).kubernetes.context,
        server: apiServerUrl(record),
        caCertificate: record.caCertificate,
        token: record.adminToken,
      })),
    );
    writeWhole(this.kubeconfig, text, 0o600);
  }

  /** Serialises changes to a sandbox. The lock is outside its folder, so that `down --delete` can delete the folder. */
  async #locked(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    await mkdir(this.state, { recursive: true });
    await chmod(this.state, 0o700);
    const onWait = () => process.stderr.write(`waiting: another process starts or stops the sandbox ${this.name}\n`);
    await withLock(`${this.state}.lock`, work, { signal, onWait });
  }
}

/** Runs a task for all items in parallel. If one fails, the others are cancelled and the first error is thrown. */
async function together<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    items.map((item) =>
      work(item, either).catch((error: unknown) => {
        failures.push(error);
        stop.abort();
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
}
