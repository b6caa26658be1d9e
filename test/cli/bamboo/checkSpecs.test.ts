import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkSpecs, formatSpecs, readSpecsText, specsFile } from "../../../cli/bamboo/checkSpecs.ts";
import { scriptsOf } from "../../../cli/bamboo/taskRules.ts";
import { ValidationError } from "../../../components/diagnostic.ts";
import { listSites } from "../../../recorder/stackFile.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const text = await readFile(join(root, specsFile), "utf8");
const { scripts }: { scripts: Record<string, string> } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const project = { scripts, sites: await listSites() };
const specs = checkSpecs(text, project);

/** What is said of the file with a mistake planted in it: the first place where the text stands. */
function said(from: string, to: string): string[] {
  expect(text).toContain(from);
  try {
    checkSpecs(text.replace(from, to), project);
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.message.split("\n").slice(1);
  }
}

/** The line of a text, in the file as it is. */
function lineOf(part: string, offset = 0): number {
  return text.slice(0, text.indexOf(part) + offset).split("\n").length;
}

test("the project's own file is right, and is told in a line", () => {
  expect(formatSpecs(specs)).toBe(
    "bamboo-specs/bamboo.yaml: 2 plans with 9 jobs, environments dc1, dc2, calendar: as Bamboo and this project know them\n",
  );
});

test("a pull request is verified by check, test, render, parity and preview, and the night by the servers' tests", () => {
  const commands = specs.plans.map(({ jobs }) => [...jobs.values()].flatMap(scriptsOf).join("\n"));
  for (const script of ["npm run check", "npm test", "npm run render", "npm run parity", "npm run preview"])
    expect(commands[0]).toContain(script);
  for (const script of ["npm run test:sandbox", "npm run test:monitoring"]) expect(commands[1]).toContain(script);
});

describe("a mistake is told with its line", () => {
  test.each<[what: string, from: string, to: string, line: number, says: string]>([
    [
      "a misspelt key of a job",
      "  artifact-subscriptions: []\n  artifacts:\n    - name: Manifests",
      "  artifact-subscriptions: []\n  artefacts:\n    - name: Manifests",
      lineOf("  artifact-subscriptions: []\n  artifacts:\n    - name: Manifests", 29),
      "artefacts",
    ],
    [
      "a job that asks for the agent that holds the credentials",
      "Preview:\n  key: PRV\n",
      "Preview:\n  key: PRV\n  requirements: [deployment]\n",
      lineOf("  key: PRV", 2) + 1,
      "it would choose the agent that holds a site's credentials",
    ],
    [
      "a plan's job that deploys",
      "npm run parity",
      "npm run deploy -- --site dc1",
      lineOf("npm run parity"),
      "needs a credential, and a plan's agents have none",
    ],
    [
      "logic in the file",
      "npm run parity",
      "npm run parity || true",
      lineOf("npm run parity"),
      "is more than one npm script; put the logic into package.json",
    ],
    [
      "a script that is not there",
      "npm run parity",
      "npm run paritty",
      lineOf("npm run parity"),
      'did you mean "parity"?',
    ],
    ["forks that are built", "accept-fork: false", "accept-fork: true", lineOf("accept-fork"), "write false"],
    [
      "an artifact that goes everywhere by default",
      "      pattern: preview.md\n      shared: false\n",
      "      pattern: preview.md\n",
      lineOf("    - name: Preview\n", 6),
      "must be stated: Bamboo shares an artifact by default",
    ],
    [
      "subscriptions that are left to Bamboo",
      "npm run check\n  artifact-subscriptions: []\n",
      "npm run check\n",
      lineOf("Check:\n"),
      "must be stated: Bamboo subscribes to every shared artifact",
    ],
    [
      "dc2 that asks nobody",
      "release-approval-prerequisite: approved",
      "release-approval-prerequisite: not-broken",
      lineOf("release-approval-prerequisite"),
      "must be approved: somebody says that dc2 follows dc1; not-broken asks nobody",
    ],
    [
      "dc2 that does not wait for dc1",
      "    - environment-success: dc1",
      "    - build-success",
      lineOf("    - environment-success", 4),
      "must be { environment-success: dc1 }: dc2 is deployed after dc1 has passed its gate",
    ],
    [
      "a branch's build that becomes a release",
      "applies-to-branches: false",
      "applies-to-branches: true",
      lineOf("applies-to-branches"),
      "write false",
    ],
    [
      "the wrong site's command in an environment",
      "npm run deploy -- --site dc2",
      "npm run deploy -- --site dc1",
      lineOf("dc2:\n  release") + 4,
      "must run npm run unbundle, npm ci, npm run deploy -- --site dc2 and nothing else",
    ],
    [
      "an environment that builds anew",
      "    - artifact-download:\n        artifacts:\n          - name: Program\n",
      "    - checkout\n",
      lineOf("dc1:\n  triggers", 6) + 2,
      "must download what the plan shares (Program): nothing is built again for a site",
    ],
    [
      "a deployment of what another plan has built",
      "source-plan: TAX-GEM\n",
      "source-plan: TAX-GEMN\n",
      lineOf("dc1:\n  triggers", 6) + 2,
      "downloads Program, which TAX-GEMN does not share",
    ],
    [
      "a plan's job that pushes",
      "npm run parity",
      "npm run calendar -- apply --push",
      lineOf("npm run parity"),
      "needs a credential, and a plan's agents have none",
    ],
    [
      "a calendar that does more than it must",
      "npm run calendar -- apply --push",
      "npm run deploy -- --site dc1",
      lineOf("  - cron: 0 0 3") + 1,
      "must run npm run unbundle, npm run latest, npm ci, npm run calendar -- apply --push and nothing else: its agent may push to main and reaches no site",
    ],
    [
      "a calendar that an old release holds back",
      "    - script: npm run latest\n",
      "",
      lineOf("  - cron: 0 0 3") + 1,
      "must run npm run unbundle, npm run latest",
    ],
    [
      "a calendar that waits for a commit",
      "    - cron: 0 0 3 ? * *",
      "    - build-success",
      lineOf("    - cron: 0 0 3", 4),
      "must be { cron: <time> }, such as 0 0 3 ? * *: a peak is due without any commit",
    ],
    [
      "a calendar that waits for somebody",
      "calendar:\n  triggers:",
      "calendar:\n  release-approval-prerequisite: approved\n  triggers:",
      lineOf("calendar:\n  triggers") + 1,
      "is approved, and nobody approves a release each night",
    ],
    [
      "a calendar that rests where no build is new",
      "    - cron: 0 0 3 ? * *",
      "    - cron: { expression: 0 0 3 ? * *, skip-if-version-deployed: true }",
      lineOf("    - cron: 0 0 3", 4),
      "must be build-success, { environment-success: <environment> } or { cron: <time> }",
    ],
    [
      "a calendar beside the sites",
      "environments:\n  - calendar\n",
      "environments:\n  - dc2\n  - calendar\n\ndc2:\n  triggers: [build-success]\n  tasks: [clean]\n",
      lineOf("environments:\n  - calendar"),
      "hold calendar beside sites; give it a deployment project of its own",
    ],
    [
      "a site that is deployed by the clock",
      "  triggers:\n    - build-success",
      "  triggers:\n    - cron: 0 0 3 ? * *",
      lineOf("    - build-success", 4),
      "must be build-success: the first site is deployed by itself after a build of the main branch",
    ],
    [
      "rights for everybody",
      "  - roles:\n      - logged-in\n    permissions:\n      - view\n",
      "  - roles:\n      - logged-in\n    permissions:\n      - view\n      - build\n",
      lineOf("  - roles:\n", 2) + 2,
      "gives everybody who is logged in build; name a group, and leave them view",
    ],
    [
      "an environment that nobody may deploy",
      "  - dc2:\n      - groups",
      "  - dc3:\n      - groups",
      lineOf("  - dc2:\n      - groups", 4),
      "is no environment of Gemelos (dc1, dc2); correct it",
    ],
    [
      "a secret",
      "  name: Gemelos\n",
      "  name: Gemelos\n  password: hunter2\n",
      lineOf("  name: Gemelos\n", 2) + 1,
      "password",
    ],
    [
      "a deployment that breaks the glass each time",
      "npm run deploy -- --site dc2",
      'npm run deploy -- --site dc2 --break-glass "always in a hurry"',
      lineOf("  release-approval-prerequisite") + 3,
      "must run npm run unbundle, npm ci, npm run deploy -- --site dc2 and nothing else",
    ],
    [
      "an artifact's folder whose name is only the beginning of the one that is written",
      "location: out/program",
      "location: out/prog",
      lineOf("location: out/program"),
      '"out/prog" is written by no script of Program',
    ],
    [
      "an artifact's pattern that nothing of its job writes",
      "pattern: preview.md",
      "pattern: prview.md",
      lineOf("pattern: preview.md"),
      '"prview.md" matches nothing that a script of Preview writes into out/preview (preview.md)',
    ],
    ["an hour that no day has", "cron: 0 0 1 ? * *", "cron: 0 99 1 ? * *", lineOf("cron: 0 0 1"), "minute 99"],
    ["a month that no year has", "cron: 0 0 1 ? * *", "cron: 0 0 1 ? 13 *", lineOf("cron: 0 0 1"), "month 13"],
    ["a crontab's five fields", "cron: 0 0 1 ? * *", "cron: 0 1 * * *", lineOf("cron: 0 0 1"), "6 or 7 fields"],
    ["two days in one", "cron: 0 0 1 ? * *", "cron: 0 0 1 * * *", lineOf("cron: 0 0 1"), "exactly one of the two days"],
    ["an unknown task", "    - clean\n", "    - cleanse\n", lineOf("    - clean\n", 4), "must be clean, checkout,"],
    [
      "a key twice",
      "version: 2\nplan",
      "version: 2\nversion: 2\nplan",
      lineOf("version: 2\nplan") + 1,
      "duplicate key version; remove one of the two",
    ],
    [
      "a job that stands twice",
      "        - Render\n",
      "        - Render\n        - Render\n",
      lineOf("        - Render\n") + 1,
      "names Render twice",
    ],
    [
      "a job that is not there",
      "        - Render\n",
      "        - Rendering\n",
      lineOf("        - Render\n"),
      "names Rendering, which does not stand in this document",
    ],
  ])("%s", (_, from, to, line, says) => {
    const problems = said(from, to);
    const about = problems.filter((problem) => problem.includes(says));
    expect(problems.join("\n")).toContain(says);
    expect(about[0]).toMatch(new RegExp(`^ {2}bamboo-specs/bamboo.yaml:${line}:\\d+: `));
  });
});

test.each(["", "# nothing is left\n", text.slice(0, text.indexOf("---\nversion: 2\ndeployment:"))])(
  "a file without plan or deployment is not right: %#",
  (cut) => {
    expect(() => checkSpecs(cut, project)).toThrow("has no deployment of the sites: nothing would be deployed");
    expect(() => checkSpecs(cut, project)).toThrow("has no deployment with the environment calendar: no peak");
  },
);

test.each([
  "0 0/15 1-5,22 ? * MON-FRI",
  "0 0 1 L * ?",
  "0 0 1 LW JAN,JUN ? 2027-2030",
  "0 0 1 ? * 6#3",
  "0 0 1 ? * 6L",
  "0/5 * * 15W * ?",
  "0 0 22-2 ? * sat-mon",
])("the time %s is taken", (cron) => expect(said("0 0 1 ? * *", cron)).toEqual([]));

test("a folder in place of the file is told by its name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-bamboo-"));
  try {
    await mkdir(join(folder, specsFile), { recursive: true });
    await expect(readSpecsText(folder)).rejects.toMatchObject({ path: specsFile, code: "EISDIR" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a secret in a script is not shown", () => {
  const problems = said("npm run bundle", "VAULT_TOKEN=hvs.planted123abcdefghi npm run bundle").join("\n");
  expect(problems).toContain("is more than one npm script");
  expect(problems).not.toContain("planted");
});

test("a plan without permissions, and permissions without a plan, are told", () => {
  const problems = said("plan:\n  key: TAX-GEMN\n", "plan:\n  key: TAX-GEMX\n").join("\n");
  expect(problems).toContain("TAX-GEMN has no document with plan-permissions");
  expect(problems).toContain("TAX-GEMX is no plan of this file (TAX-GEM, TAX-GEMN); correct it");
});
