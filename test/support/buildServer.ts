import { execFile, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { appendFile, chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Environment, Job } from "../../cli/bamboo/schema.ts";
import { formatTable } from "../../command/table.ts";

/** A script that has run, in a job or an environment. */
export interface ScriptRun {
  readonly where: string;
  readonly script: string;
  readonly code: number | null;
  readonly seconds: number;
  readonly text: string;
}

/**
 * What Bamboo does with the pipeline's file: a job runs in a clean clone, an environment in an empty folder, each script of
 * either in a shell of its own, and from one to the other comes nothing but the artifacts that the file names.
 */
export class BuildServer {
  readonly #root: string;
  /** All that ran, in order. */
  readonly runs: ScriptRun[] = [];
  /** Where the last install was made, and by which script. */
  #installed: { readonly script: string; readonly packages: string } | undefined;

  /** What `npm ci` would install, where it is not to be run. */
  readonly #packages: string | undefined;

  private constructor(root: string, packages: string | undefined) {
    this.#root = root;
    this.#packages = packages;
  }

  /** @param packages a folder with installed packages, which `npm ci` then only links */
  static async create(packages?: string): Promise<BuildServer> {
    return new BuildServer(await mkdtemp(join(tmpdir(), "gemelos-build-server-")), packages);
  }

  /**
   * Runs a job's scripts until one fails, and keeps its artifacts where none does.
   * @param shortened the script that is run in place of one
   * @returns the working directory of the job
   */
  async runJob(
    name: string,
    job: Job,
    { repository, env = {}, shortened = (script) => script }: JobOptions,
  ): Promise<string> {
    const folder = await mkdtemp(join(this.#root, "job-"));
    await rm(folder, { recursive: true });
    await promisify(execFile)("git", ["clone", "--quiet", repository, folder]);
    for (const task of job.tasks) {
      if (typeof task !== "object" || !("script" in task)) throw new Error(`${name} has a task that no job has here`);
      const { script, code, text } = await this.#run(name, shortened(task.script), folder, env);
      if (code !== 0) throw new Error(`${name}: ${script} ended with ${code}:\n${text.slice(-8000)}`);
    }
    for (const { name: artifact, location, pattern, shared } of job.artifacts ?? []) {
      // Ant's patterns, as Bamboo's are, see no hidden file of Git.
      const files = globSync(pattern, { cwd: join(folder, location), withFileTypes: true })
        .filter((entry) => entry.isFile() && !/^\.git(ignore|attributes)?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
      if (files.length === 0) throw new Error(`${name} has left no ${location}/${pattern}`);
      // An environment gets what is shared, and nothing else.
      for (const file of shared ? files : []) {
        const kept = join(this.#root, "artifacts", artifact, file.slice(join(folder, location).length));
        await mkdir(dirname(kept), { recursive: true });
        await copyFile(file, kept);
        // As the umask of an agent may have it, and with no mark of a program.
        await chmod(kept, 0o640);
      }
    }
    return folder;
  }

  /**
   * Does the tasks of an environment until a script fails.
   * @returns how the scripts ended, in order
   */
  async runEnvironment(name: string, { tasks }: Environment, env: NodeJS.ProcessEnv): Promise<readonly ScriptRun[]> {
    const folder = await mkdtemp(join(this.#root, "environment-"));
    // What another deployment of this agent has left here.
    await copyFile(join(import.meta.dirname, "..", "..", "package.json"), join(folder, "package.json"));
    const runs: ScriptRun[] = [];
    for (const task of tasks) {
      if (task === "clean") {
        for (const entry of await readdir(folder)) await rm(join(folder, entry), { recursive: true });
      } else if (typeof task === "object" && "artifact-download" in task) {
        for (const { name: artifact, destination = "." } of task["artifact-download"].artifacts) {
          await copyFolder(join(this.#root, "artifacts", artifact), join(folder, destination));
        }
      } else if (typeof task === "object" && "script" in task) {
        const ended = await this.#run(name, task.script, folder, env);
        runs.push(ended);
        if (ended.code !== 0) break;
      } else {
        throw new Error(`${name} has a task that no environment has here`);
      }
    }
    return runs;
  }

  /** Every job and environment installs the same packages: one install serves them all, one after the other. */
  async #run(where: string, script: string, folder: string, env: NodeJS.ProcessEnv): Promise<ScriptRun> {
    const start = performance.now();
    let ended: { readonly code: number | null; readonly text: string } = { code: 0, text: "" };
    const isInstall = script.startsWith("npm ci");
    const own = join(folder, "node_modules");
    if (isInstall && this.#packages !== undefined) {
      await symlink(this.#packages, own);
      // A link is not the folder that .gitignore means.
      await appendFile(join(folder, ".git", "info", "exclude"), "node_modules\n");
    } else if (isInstall && this.#installed?.script === script) await rename(this.#installed.packages, own);
    else ended = await shell(script, folder, { ...agentVariables(), bamboo_build_working_directory: folder, ...env });
    if (isInstall && ended.code === 0) this.#installed = { script, packages: own };
    const seconds = (performance.now() - start) / 1000;
    const one = { where, script, ...ended, seconds };
    this.runs.push(one);
    process.stderr.write(`${where}: ${script}: ${seconds.toFixed(1)} s\n`);
    return one;
  }

  /** What ran where, how it ended and how long it took. */
  table(): string {
    const rows = this.runs.map(({ where, script, code, seconds }) => [
      where,
      script,
      `${code}`,
      `${seconds.toFixed(1)} s`,
    ]);
    return formatTable({ titles: ["where", "script", "exit code", "time"], rows }, undefined);
  }

  dispose(): Promise<void> {
    return rm(this.#root, { recursive: true, force: true });
  }
}

interface JobOptions {
  /** What the job checks out. */
  readonly repository: string;
  /** The variables that Bamboo sets for the build. */
  readonly env?: Readonly<Record<string, string>>;
  readonly shortened?: (script: string) => string;
}

/** What an agent has by itself: nothing of a site, nothing of the test runner's own. */
function agentVariables(): NodeJS.ProcessEnv {
  // How this machine reaches its registry is the agent's own affair: without it npm waits out its retries for minutes.
  const network = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
  const npm = ["npm_config_cache", "npm_config_registry", "NPM_CONFIG_USERCONFIG"];
  const inherited = ["PATH", "HOME", "LANG", ...network, ...npm];
  return Object.fromEntries(
    inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** Runs a script as an agent does. @returns its exit code and all that it printed */
function shell(script: string, folder: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", `exec 2>&1; ${script}`], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}

async function copyFolder(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const copy = join(to, path.slice(from.length));
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(path, copy);
  }
}
