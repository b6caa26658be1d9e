import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkProject } from "../../cli/bamboo/checkSpecs.ts";
import { BuildServer, type ScriptRun } from "../support/buildServer.ts";
import { GitRepositories } from "../support/gitRepositories.ts";

/** The environment that brings peaks into the sites' files each night, by what bamboo.yaml states, on a remote of its own. */
const repository = join(import.meta.dirname, "..", "..");
const specs = await checkProject();
const environment = specs.deployments.flatMap((each) => each.environments.get("calendar") ?? [])[0];
const program = specs.plans[0]?.jobs.get("Program");
if (environment === undefined || program === undefined)
  throw new Error("the file has no calendar, or packages nothing");
const repositories = new GitRepositories();
const remote = repositories.server("origin.git");
const developer = join(repositories.folder, "developer");
let server: BuildServer;

beforeAll(async () => {
  repositories.git(repository, "push", "--quiet", remote, "HEAD:refs/heads/main");
  repositories.clone(remote, "developer");
  await writeFile(join(developer, "calendar.yaml"), calendar(["deadline"]));
  push("The deadline is tomorrow");
  server = await BuildServer.create(join(repository, "node_modules"));
  await server.runJob("Program", program, { repository: remote });
});
afterAll(async () => {
  await server?.dispose();
  repositories.remove();
});

/** A calendar whose peaks begin tomorrow, and are due since yesterday. */
function calendar(peaks: readonly string[]): string {
  const tomorrow = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
  const stated = peaks.map((name) => ({
    name,
    reason: "the last days before a deadline",
    start: `${tomorrow}T00:00`,
    duration: "7d",
    deployBefore: "2d",
    minReplicas: { "card-payments": 4 },
    maxReplicas: { "card-payments": 8 },
  }));
  return `${JSON.stringify({ peaks: stated }, null, 2)}\n`;
}

/** Commits everything in the developer's clone. */
function commit(message: string): string {
  repositories.git(developer, "add", "--all");
  repositories.git(developer, "commit", "--quiet", "--allow-empty", "--message", message);
  return repositories.git(developer, "rev-parse", "HEAD");
}

function push(message: string): string {
  const hash = commit(message);
  repositories.git(developer, "push", "--quiet", "origin", "HEAD:main");
  return hash;
}

/** A night: what the environment's agent does, with the rights and the name that it has, and nothing of a site. */
async function night(more: NodeJS.ProcessEnv = {}): Promise<ScriptRun> {
  if (environment === undefined) throw new Error("there is no calendar");
  const runs = await server.runEnvironment("calendar", environment, {
    GEMELOS_REPOSITORY: remote,
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...identity("AUTHOR"),
    ...identity("COMMITTER"),
    bamboo_deploy_environment: "calendar",
    bamboo_deploy_project: "Gemelos calendar",
    ...more,
  });
  const last = runs.at(-1);
  if (last === undefined) throw new Error("nothing ran");
  return last;
}

function identity(whose: string): NodeJS.ProcessEnv {
  return { [`GIT_${whose}_NAME`]: "Gemelos calendar", [`GIT_${whose}_EMAIL`]: "calendar@tax.example" };
}

function atRemote(...args: string[]): string {
  return repositories.git(remote, ...args);
}

it("raises a peak that is due on what main is now, whatever was built last, and pushes it", async () => {
  const newer = push("Something that no build has verified yet");
  const { code, script, text } = await night();
  expect(text).toMatch(/dc1: deadline is due[\s\S]*committed [0-9a-f]{12}: Pulumi\.dc1\.yaml, Pulumi\.dc2\.yaml/);
  expect([script, code]).toEqual(["npm run calendar -- apply --push", 0]);
  expect(atRemote("log", "-1", "--format=%an: %s", "main")).toBe(
    "Gemelos calendar: Raise replicas for the peak deadline in dc1 and dc2",
  );
  expect(atRemote("rev-parse", "main~1")).toBe(newer);
  for (const site of ["dc1", "dc2"]) {
    expect(atRemote("show", `main:Pulumi.${site}.yaml`)).toContain("gemelos:peak: deadline\n");
  }
});

it("pushes nothing in the next night", async () => {
  const before = atRemote("rev-parse", "main");
  const { code, text } = await night();
  expect(text).toContain("dc1: its file says what it is to say (deadline)");
  expect([code, atRemote("rev-parse", "main")]).toEqual([0, before]);
});

it("goes on where somebody has pushed between its look and its push", async () => {
  repositories.git(developer, "pull", "--quiet", "--rebase", "origin", "main");
  await writeFile(join(developer, "calendar.yaml"), calendar([]));
  push("No deadline any more");
  const theirs = commit("What is pushed in between");
  const hooks = join(repositories.folder, "hooks");
  repositories.git(repositories.folder, "init", "--quiet", "hooks");
  const between = `mkdir '${hooks}/done' 2> /dev/null && git -C '${developer}' push --quiet origin HEAD:main; exit 0`;
  await writeFile(join(hooks, "pre-push"), `#!/bin/sh\n${between}\n`);
  await chmod(join(hooks, "pre-push"), 0o755);
  const hooked = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "core.hooksPath", GIT_CONFIG_VALUE_0: hooks };
  const { code, text } = await night(hooked);
  expect(text).toMatch(/pushed as [0-9a-f]{12}, behind what others have pushed meanwhile/);
  expect(code).toBe(0);
  expect(atRemote("rev-parse", "main~1")).toBe(theirs);
  expect(atRemote("show", "main:Pulumi.dc1.yaml")).not.toContain("gemelos:peak");
});

it("says what to do where main does not take its push, and where no repository is stated", async () => {
  repositories.git(developer, "pull", "--quiet", "--rebase", "origin", "main");
  await writeFile(join(developer, "calendar.yaml"), calendar(["deadline"]));
  push("A deadline after all");
  await writeFile(join(remote, "hooks", "update"), "#!/bin/sh\necho 'main takes pull requests only'; exit 1\n", {
    mode: 0o755,
  });
  const refused = await night();
  expect(refused.text).toMatch(/main has the commit, and origin does not take it: .*main takes pull requests only/s);
  expect(refused.code).toBe(2);
  const unstated = await night({ GEMELOS_REPOSITORY: "" });
  expect(unstated.text).toContain("there is no remote origin; set GEMELOS_REPOSITORY to the URL of the repository");
  expect([unstated.script, unstated.code]).toEqual(["npm run latest", 2]);
});
