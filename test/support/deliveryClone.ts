import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { isObject } from "../../recorder/registeredResource.ts";
import { deploymentToken } from "../../sandbox/deploy/deploymentToken.ts";
import { fillSupplied } from "../../sandbox/deploy/newSite.ts";
import { type Providers, startProviders } from "../../sandbox/deploy/providers.ts";
import type { RunningSite, Sandbox } from "../../sandbox/sites/sandbox.ts";
import { sandboxConfiguration } from "../../sandbox/sites/siteConfiguration.ts";
import { step } from "../../sandbox/sites/steps.ts";
import type { Toolchain } from "../../sandbox/toolchain/build.ts";
import { quickly } from "./liveSites.ts";
import type { CommandResult } from "./projectCopy.ts";

const original = join(import.meta.dirname, "..", "..");
const execute = promisify(execFile);

/**
 * A clean clone of the project with a remote of its own, whose site files carry a sandbox's addresses: what an agent of the
 * pipeline has, with everything in its environment that a deployment needs.
 */
export class DeliveryClone {
  readonly folder: string;
  /** The repository that holds branch and history. */
  readonly remote: string;
  readonly #root: string;
  readonly #environments: ReadonlyMap<string, NodeJS.ProcessEnv>;
  readonly #providers: readonly Providers[];

  private constructor(
    root: string,
    environments: ReadonlyMap<string, NodeJS.ProcessEnv>,
    providers: readonly Providers[],
  ) {
    this.#root = root;
    this.folder = join(root, "clone");
    this.remote = join(root, "origin.git");
    this.#environments = environments;
    this.#providers = providers;
  }

  /**
   * Clones what is committed, and prepares both sites as an operator does: Vault, the stacks, a token for each.
   * @param login gives a site's token in place of one that an operator makes; the site's Vault has been set up
   */
  static async create(
    sandbox: Sandbox,
    login: (site: RunningSite, tools: Toolchain, made: string) => Promise<string> = async (_, __, made) => made,
  ): Promise<DeliveryClone> {
    const root = await mkdtemp(join(tmpdir(), "gemelos-delivery-"));
    const [folder, remote] = [join(root, "clone"), join(root, "origin.git")];
    await execute("git", ["clone", "--quiet", original, folder]);
    await execute("git", ["init", "--quiet", "--bare", "--initial-branch=main", remote]);
    await symlink(join(original, "node_modules"), join(folder, "node_modules"));
    // A link is not the folder that .gitignore means, and must not be committed.
    await writeFile(join(folder, ".git", "info", "exclude"), "node_modules\n");
    const tools = await sandbox.tools({ step, signal: new AbortController().signal });
    const environments = new Map<string, NodeJS.ProcessEnv>();
    const providers: Providers[] = [];
    for (const site of await sandbox.running()) {
      const { stack, config } = sandboxConfiguration(site.stack, site.record);
      const values = Object.entries(config).map(([key, text]): [string, unknown] => {
        const value: unknown = JSON.parse(text);
        // No Prometheus runs there, which would know of alerts.
        return [key, key === "gemelos:site" && isObject(value) ? { ...value, gate: { prometheus: "none" } } : value];
      });
      await writeFile(join(folder, `Pulumi.${stack}.yaml`), stringify({ config: Object.fromEntries(values) }));
      const credentials = {
        KUBECONFIG: sandbox.kubeconfig,
        VAULT_TOKEN: await login(site, tools, await deploymentToken(site, tools)),
        VAULT_CACERT: join(sandbox.state, site.name, "ca.pem"),
      };
      await fillSupplied(site);
      const served = await startProviders({ tools, home: join(root, "home"), credentials });
      providers.push(served);
      environments.set(site.name, {
        ...credentials,
        ...served.environment,
        PATH: `${dirname(tools.pulumi.path)}:${process.env["PATH"]}`,
        PULUMI_BACKEND_URL: pathToFileURL(join(root, "state")).href,
        PULUMI_CONFIG_PASSPHRASE: "correct horse battery staple",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        XDG_STATE_HOME: join(root, "kept"),
      });
    }
    await mkdir(join(root, "state"));
    const clone = new DeliveryClone(root, environments, providers);
    const defaults = "components/description/resolve.ts";
    await clone.write(defaults, quickly(await clone.read(defaults)));
    await clone.write("delivery.yaml", "soak: 5s\n");
    // The sandbox has no metrics, without which no autoscaler is well, and no entrance.
    const expectations = "delivery/gate/expectations.ts";
    const stated = "autoscalers, hosts: expectedHosts(services, site)";
    const none = "autoscalers: autoscalers.slice(0, 0), hosts: expectedHosts([], site)";
    const text = await clone.read(expectations);
    if (!text.includes(stated)) throw new Error(`${expectations} does not say ${stated}`);
    await clone.write(expectations, text.replace(stated, none));
    for (const [site, env] of environments) {
      const args = ["stack", "init", site, "--cwd", folder, "--non-interactive"];
      await execute(tools.pulumi.path, args, { env: { ...process.env, ...env } });
    }
    await clone.git("config", "user.name", "Ana");
    await clone.git("config", "user.email", "ana@tax.example");
    await clone.git("checkout", "--quiet", "-B", "main");
    await clone.git("remote", "set-url", "origin", remote);
    await clone.commit("The sites as they are in the sandbox");
    return clone;
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), "utf8");
  }

  write(path: string, content: string): Promise<void> {
    return writeFile(join(this.folder, path), content);
  }

  async git(...args: string[]): Promise<string> {
    return (await execute("git", args, { cwd: this.folder })).stdout.trim();
  }

  /** Commits everything and pushes it. @returns the commit's hash */
  async commit(message: string): Promise<string> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", "--message", message);
    await this.git("push", "--quiet", "origin", "main");
    return this.git("rev-parse", "HEAD");
  }

  /** The variables with which an agent of a site reaches it. @throws where there is no such site */
  credentials(site: string): NodeJS.ProcessEnv {
    const environment = this.#environments.get(site);
    if (environment === undefined) throw new Error(`the sandbox has no site ${site}`);
    return environment;
  }

  /** Runs a command of the clone, as the agent of a site does. */
  run(site: string, command: string, ...args: string[]): Promise<CommandResult> {
    return this.start(site, [command, "--site", site, ...args]).ended;
  }

  /** Starts one, so that it can be killed. */
  start(
    site: string,
    args: readonly string[],
    more: NodeJS.ProcessEnv = {},
  ): { readonly child: ChildProcess; readonly ended: Promise<CommandResult>; readonly said: () => string } {
    const child = spawn(process.execPath, [join("cli", "main.ts"), ...args], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.credentials(site), ...more },
    });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        said[stream] += text;
      });
    }
    const ended = new Promise<CommandResult>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, ...said }));
    });
    return { child, ended, said: () => said.stdout + said.stderr };
  }

  /** Whether the engine has a lock on a site's stack. */
  async isLocked(site: string): Promise<boolean> {
    const locks = join(this.#root, "state", ".pulumi", "locks", "organization", "gemelos", site);
    return (await readdir(locks).catch(() => [])).some((file) => file.endsWith(".json"));
  }

  /** The processes that lead the engines' groups which a command has started. */
  async engines(command: number): Promise<readonly number[]> {
    const { stdout } = await execute("ps", ["-eo", "pid=,ppid=,args="]);
    return stdout.split("\n").flatMap((line) => {
      const [, pid, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return Number(parent) === command && args.includes("engineProcess.ts") ? [Number(pid)] : [];
    });
  }

  async dispose(): Promise<void> {
    for (const served of this.#providers) await served.stop();
    await rm(this.#root, { recursive: true, force: true });
  }
}
