import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../command/errors.ts";
import { listSites, projectFolder, readStackFiles, type StackConfiguration } from "../../recorder/stackFile.ts";
import { ensureToolchain, type Toolchain } from "../toolchain/build.ts";
import { ensureDefinitions } from "../toolchain/definitions.ts";
import { apiServerUrl } from "./apiServer.ts";
import { sandboxFolders } from "./folders.ts";
import { formatKubeconfig } from "./kubeconfig.ts";
import { withLock } from "./lock.ts";
import { SandboxSite } from "./site.ts";
import { describedSite } from "./siteConfiguration.ts";
import type { SiteRecord } from "./siteFolder.ts";
import type { Step } from "./steps.ts";

/** What the sandbox's work is shown and stopped by. */
export interface Attendance {
  readonly step: Step;
  readonly signal: AbortSignal;
}

/** One site of a sandbox that runs. */
export interface RunningSite {
  readonly name: string;
  /** The real site's configuration. */
  readonly stack: StackConfiguration;
  readonly record: SiteRecord;
}

/** All data centres of the project on one machine: a control plane and a Vault for each `Pulumi.<site>.yaml`. */
export class Sandbox {
  readonly name: string;
  /** Where its data, keys, logs and recorded processes are. */
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
   * The sandbox of that name for the sites of a project, this one unless another folder is named.
   * @throws ProblemsError where a site's file is not sound.
   */
  static async open(name: string, project: string = projectFolder): Promise<Sandbox> {
    return new Sandbox(name, await readStackFiles(await listSites(project), project));
  }

  /** File with a context for each site, by the names that the sites' own files give. */
  get kubeconfig(): string {
    return join(this.state, "kubeconfig");
  }

  /** Every tool, built where it is missing. */
  tools({ step, signal }: Attendance): Promise<Toolchain> {
    return ensureToolchain({ cache: this.#cache, step, signal });
  }

  /** Brings all sites up, side by side. What runs already stays as it is. */
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

  /** Stops all servers; with `discard`, its data, keys and logs go too. */
  async down({ signal }: Pick<Attendance, "signal">, discard: boolean): Promise<void> {
    await this.#locked(signal, async () => {
      await Promise.all(this.sites.map((site) => site.servers.stop()));
      if (discard) await rm(this.state, { recursive: true, force: true });
    });
  }

  /** The sites, all of which must run. @throws UserError where one does not. */
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
    await writeFile(`${this.kubeconfig}.tmp`, text, { mode: 0o600 });
    await rename(`${this.kubeconfig}.tmp`, this.kubeconfig);
  }

  /** One change of a sandbox at a time. The lock is beside its folder, so that `down --delete` may remove that. */
  async #locked(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    await mkdir(this.state, { recursive: true });
    await chmod(this.state, 0o700);
    const onWait = () => process.stderr.write(`waiting: another process starts or stops the sandbox ${this.name}\n`);
    await withLock(`${this.state}.lock`, work, { signal, onWait });
  }
}

/** Does the same for all, side by side; where one fails, the others are told to stop, and the first failure is thrown. */
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
