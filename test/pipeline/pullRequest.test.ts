import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readBambooSpecs, scriptsOf } from "../support/bambooSpecs.ts";

const specs = await readBambooSpecs();
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
  const inherited = ["PATH", "HOME", "LANG", "npm_config_cache", "npm_config_registry", "NPM_CONFIG_USERCONFIG"];
  const own = inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(own),
    bamboo_buildNumber: "42",
    bamboo_planKey: "TAX-GEM7",
    bamboo_repository_pr_key: "7",
    bamboo_build_working_directory: folder,
  };
}

describe("a pull request's plan", () => {
  for (const [name, job] of specs.jobs) {
    it(`runs the job ${name} in a clean clone and leaves its artifacts`, async () => {
      const folder = await checkout();
      for (const script of scriptsOf(job)) {
        const start = performance.now();
        execFileSync("/bin/sh", ["-c", script], {
          cwd: folder,
          env: agentEnvironment(folder),
          stdio: ["ignore", "pipe", "inherit"],
          maxBuffer: 2 ** 28,
        });
        process.stderr.write(`${name}: ${script}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
      }
      for (const { location, pattern } of job.artifacts ?? []) {
        expect(globSync(pattern, { cwd: join(folder, location) }).length, `${location}/${pattern}`).toBeGreaterThan(0);
      }
    });
  }
});
