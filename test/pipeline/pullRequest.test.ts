import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkProject } from "../../cli/bamboo/checkSpecs.ts";
import { reportsOf } from "../../cli/bamboo/taskRules.ts";
import { BuildServer } from "../support/buildServer.ts";

const [plan] = (await checkProject()).plans;
if (plan === undefined) throw new Error("the file has no plan");
let server: BuildServer;
beforeAll(async () => {
  server = await BuildServer.create();
});
afterAll(() => server.dispose());

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
      // What Bamboo sets for a plan branch that was made for a pull request.
      const env = { bamboo_buildNumber: "42", bamboo_planKey: "TAX-GEM7", bamboo_repository_pr_key: "7" };
      const repository = join(import.meta.dirname, "..", "..");
      const folder = await server.runJob(name, job, { repository, env, shortened });
      for (const report of reportsOf(job)) {
        expect(await readFile(join(folder, report), "utf8"), report).toMatch(/<testsuites [^>]*failures="0"/);
      }
    });
  }
});
