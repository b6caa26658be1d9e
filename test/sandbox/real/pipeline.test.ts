import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkProject } from "../../../cli/bamboo/checkSpecs.ts";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { Sandbox } from "../../../sandbox/sites/sandbox.ts";
import { type AgentLogin, agentLogin } from "../../support/agentLogin.ts";
import { BuildServer } from "../../support/buildServer.ts";
import { DeliveryClone } from "../../support/deliveryClone.ts";
import { LiveSite, sandboxName } from "../../support/liveSites.ts";

/** One commit on its way from a developer to both sites, by nothing but what bamboo.yaml states, on sites that are new. */
const specs = await checkProject();
const [plan] = specs.plans;
const [deployment] = specs.deployments;
if (plan === undefined || deployment === undefined) throw new Error("the file has no plan or no deployment");
const minutes = 60_000;
/** Where `.ci/run` has just run all tests, checks and a real `npm ci` of this commit, none of them is repeated in this chain. */
const hasPassed = process.env["SUITE_HAS_PASSED"] === "true";
let sandbox: Sandbox;
let sites: DeliveryClone;
let server: BuildServer;
let commit: string;
let logins: readonly AgentLogin[];

beforeAll(async () => {
  sandbox = await Sandbox.open(sandboxName);
  sites = await DeliveryClone.create(sandbox, async (site, tools, made) => {
    if (site.name !== "dc1") return made;
    logins = await agentLogin(site, tools, join(sandbox.state, site.name, "ca.pem"));
    return logins[0]?.token ?? "";
  });
  server = await BuildServer.create(
    hasPassed ? join(import.meta.dirname, "..", "..", "..", "node_modules") : undefined,
  );
}, 20 * minutes);

afterAll(async () => {
  if (server !== undefined) console.log(server.table());
  await server?.dispose();
  await sites?.dispose();
});

/** The environments in the order in which they are started: by the build, and then each by the one before. */
function inOrder(): string[] {
  const startedBy = new Map(
    [...(deployment?.environments ?? [])].map(([name, { triggers }]) => {
      const [trigger] = triggers;
      const isAfter = typeof trigger === "object" && "environment-success" in trigger;
      return [isAfter ? trigger["environment-success"] : trigger, name];
    }),
  );
  const order: string[] = [];
  for (let next = startedBy.get("build-success"); next !== undefined; next = startedBy.get(next)) order.push(next);
  return order;
}

/** What an environment's agent has: the site's credentials, the repository, and the variables that Bamboo sets. */
function variables(environment: string): NodeJS.ProcessEnv {
  return {
    ...sites.credentials(environment),
    GEMELOS_REPOSITORY: sites.remote,
    ...build(),
    bamboo_deploy_environment: environment,
    bamboo_deploy_project: deployment?.content.deployment.name,
    bamboo_deploy_release: "release-1",
    bamboo_deploy_version: "release-1",
  };
}

/** What Bamboo sets for a build of main, and for a deployment of it. */
function build(): Record<string, string> {
  return {
    bamboo_buildNumber: "42",
    bamboo_planKey: "TAX-GEM",
    bamboo_planRepository_branch: "main",
    bamboo_planRepository_revision: commit,
    bamboo_planRepository_repositoryUrl: sites.remote,
  };
}

/**
 * The script as it is run here. All tests take longer than all that follows: that the job starts, and leaves its report, is seen
 * by one file. Of checks that have just passed, the one is left that reads what the commit changes.
 */
function shortened(script: string): string {
  if (script.startsWith("npm test ")) return `${script} test/cli/bamboo/checkSpecs.test.ts`;
  return script === "npm run check" && hasPassed ? "npm run placeholders" : script;
}

async function deploy(name: string) {
  const environment = deployment?.environments.get(name);
  if (environment === undefined) throw new Error(`there is no environment ${name}`);
  return server.runEnvironment(name, environment, variables(name));
}

test("an agent logs in by a wrapped secret-id once, as docs/delivery.md says, and whoever comes second is told", () => {
  const [first, second] = logins;
  expect([first?.code, first?.said]).toEqual([0, ""]);
  expect(second?.said).toMatch(/wrapping token is not valid or does not exist/);
  expect([second?.code, second?.token]).toEqual([2, ""]);
});

test(
  "a developer releases another image of receipts, and the plan's jobs verify and package the commit",
  async () => {
    const folder = sites.folder;
    for (const site of ["dc1", "dc2"]) {
      const file = join(folder, `Pulumi.${site}.yaml`);
      const text = await readFile(file, "utf8");
      const released = text.replace(
        /receipts: "?[^@\s]+@sha256:[0-9a-f]{64}/,
        `receipts: 9.9.9@sha256:${createHash("sha256").update("receipts 9.9.9").digest("hex")}`,
      );
      expect(released).not.toBe(text);
      await writeFile(file, released);
    }
    commit = await sites.commit("receipts: release 9.9.9");
    for (const [name, job] of plan.jobs) {
      await server.runJob(name, job, {
        repository: sites.remote,
        env: build(),
        shortened,
      });
    }
  },
  20 * minutes,
);

test(
  "dc2 that somebody starts before dc1 is refused, and has nothing afterwards",
  async () => {
    const last = (await deploy("dc2")).at(-1);
    expect(last?.text).toMatch(/dc1 comes before dc2 and has not verified commit/);
    expect([last?.script, last?.code]).toEqual(["npm run deploy -- --site dc2", 1]);
    const dc2 = await LiveSite.open("dc2", { sandbox });
    expect(await dc2.cluster.find("Namespace", "", "declarations")).toBeUndefined();
  },
  10 * minutes,
);

test(
  "the environments bring it to dc1 and then, approved, to dc2, which run its digests, and both histories say so",
  async () => {
    expect(inOrder()).toEqual(["dc1", "dc2"]);
    expect(deployment.environments.get("dc2")?.["release-approval-prerequisite"]).toBe("approved");
    for (const name of inOrder()) {
      const last = (await deploy(name)).at(-1);
      console.log(last?.text);
      expect([last?.script, last?.code]).toEqual([`npm run deploy -- --site ${name}`, 0]);
      expect(last?.text).toMatch(new RegExp(`${commit.slice(0, 10)}.* is verified`));
    }
    const { code, stdout } = await sites.start("dc1", ["history", "--format", "json"]).ended;
    expect(code).toBe(0);
    const histories: unknown = at(JSON.parse(stdout), "sites");
    if (!Array.isArray(histories)) throw new Error("the history names no sites");
    for (const [index, name] of inOrder().entries()) {
      const live = await LiveSite.open(name, { sandbox });
      const releases = await releasesAt(name);
      for (const each of await live.cluster.list("Deployment")) {
        const release = releases[String(at(each, "metadata", "name"))];
        const containers = at(each, "spec", "template", "spec", "containers");
        const images = Array.isArray(containers) ? containers.map((container) => String(at(container, "image"))) : [];
        expect(
          images.some((image) => release !== undefined && image.endsWith(release.split("@")[1] ?? "")),
          `${name}: ${images}`,
        ).toBe(true);
      }
      const records = at(histories[index], "records");
      expect(at(histories[index], "site")).toBe(name);
      expect(records).toMatchObject([
        { kind: "deployment", outcome: "started", commit },
        {
          kind: "deployment",
          outcome: "verified",
          commit,
          releases,
          who: name === "dc1" ? { kind: "vault-entity", name: "approle-deployment-dc1" } : { kind: "unknown" },
        },
      ]);
    }
  },
  30 * minutes,
);

/** The releases that the commit states for a site: service -> `tag@digest`. */
async function releasesAt(site: string): Promise<Record<string, string>> {
  const { stdout } = await promisify(execFile)("git", ["show", `${commit}:Pulumi.${site}.yaml`], { cwd: sites.remote });
  const releases = at((await import("yaml")).parse(stdout), "config", "gemelos:releases");
  if (!isObject(releases)) throw new Error(`${site} releases nothing`);
  return Object.fromEntries(Object.entries(releases).map(([name, release]) => [name, String(release)]));
}
