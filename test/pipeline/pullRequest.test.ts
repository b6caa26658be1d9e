import { execFileSync, spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { checkProject } from "../../cli/bamboo/checkSpecs.ts";
import { reportsOf, scriptsOf } from "../../cli/bamboo/taskRules.ts";

const [plan] = (await checkProject()).plans;
if (plan === undefined) throw new Error("the file has no plan");
const repository = join(import.meta.dirname, "..", "..");
const workspaces: string[] = [];
afterAll(() => Promise.all(workspaces.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A clean clone, as an agent has it: the branch of the pull request, and main as the remote knows it. */
async function checkout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-agent-"));
  workspaces.push(folder);
  execFileSync("git", ["clone", "--quiet", repository, folder]);
  return folder;
}

/** What Bamboo sets for a plan branch that was made for a pull request; nothing of a site, nothing of the runner's own. */
function agentEnvironment(folder: string): NodeJS.ProcessEnv {
  // How this machine reaches its registry is the agent's own affair: without it npm waits out its retries for minutes.
  const network = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
  const npm = ["npm_config_cache", "npm_config_registry", "NPM_CONFIG_USERCONFIG"];
  const inherited = ["PATH", "HOME", "LANG", ...network, ...npm];
  const own = inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(own),
    bamboo_buildNumber: "42",
    bamboo_planKey: "TAX-GEM7",
    bamboo_repository_pr_key: "7",
    bamboo_build_working_directory: folder,
  };
}

/** Where the last install was made, and by which script. */
let installed: { readonly script: string; readonly folder: string } | undefined;

/** Every job installs the same packages: one install serves them all, one after the other. */
async function install(script: string, folder: string): Promise<void> {
  if (installed?.script === script) await rename(join(installed.folder, "node_modules"), join(folder, "node_modules"));
  else run(script, folder);
  installed = { script, folder };
}

function run(script: string, folder: string): void {
  const { status, output } = spawnSync("/bin/sh", ["-c", `exec 2>&1; ${script}`], {
    cwd: folder,
    env: agentEnvironment(folder),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${output.join("").slice(-8000)}`);
}

/**
 * The script as it is run here. Where the whole suite has just passed in a clean clone of this commit, as in `.ci/run`,
 * the job that runs it again is asked for one file of it: that it starts there, and leaves its report.
 */
function shortened(script: string): string {
  const suiteHasPassed = process.env["SUITE_HAS_PASSED"] === "true";
  return suiteHasPassed && script.startsWith("npm test ") ? `${script} test/cli/bamboo/checkSpecs.test.ts` : script;
}

describe("a pull request's plan", () => {
  for (const [name, job] of plan.jobs) {
    it(`runs the job ${name} in a clean clone and leaves its artifacts`, async () => {
      const folder = await checkout();
      for (const stated of scriptsOf(job)) {
        const script = shortened(stated);
        const start = performance.now();
        if (script.startsWith("npm ci")) await install(script, folder);
        else run(script, folder);
        process.stderr.write(`${name}: ${script}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
      }
      for (const { location, pattern } of job.artifacts ?? []) {
        expect(globSync(pattern, { cwd: join(folder, location) }).length, `${location}/${pattern}`).toBeGreaterThan(0);
      }
      for (const report of reportsOf(job)) {
        expect(await readFile(join(folder, report), "utf8"), report).toMatch(/<testsuites [^>]*failures="0"/);
      }
    });
  }
});
