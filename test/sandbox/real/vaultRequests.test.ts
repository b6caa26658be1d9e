import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, type RegisteredResource } from "../../../recorder/registeredResource.ts";
import { readStackFiles } from "../../../recorder/stackFile.ts";
import { describedSite } from "../../../sandbox/sites/siteConfiguration.ts";
import { writeVault } from "../../../sandbox/sites/vault.ts";
import { loadCatalogue } from "../../../services/index.ts";
import { suppliedSecrets } from "../../../suppliedSecrets.ts";
import { requestsOfProgram, requestsOfProvider, source } from "../../fixtures/vaultRequests.ts";
import { type DeployOptions, LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";
import { requestsFor, requestsOfRun } from "../../support/vaultRequests.ts";

/** The program is deployed with a token of the policy that is printed for it, and Vault writes down what it is asked. */
let dc1: LiveSite;
let auditFile: string;

/** Two states of the program: with a service more, and without it again. */
let first: ProjectCopy;
let last: ProjectCopy;

const release = `1.0.0@sha256:${"ef".repeat(31)}c4`;
const withArchive: DeployOptions = {
  configure: ({ releases }) => {
    releases["archive"] = release;
  },
};
const archive = `import type { Microservice } from "../../components/microservice.ts";
import { generated } from "../../components/secrets.ts";

export const archive: Microservice = {
  name: "archive",
  namespace: "declarations",
  description: "Comes and goes",
  owner: "team-archive@tax.example",
  resources: { requests: { cpu: "100m", memory: "256Mi" } },
  rollout: { minReadySeconds: 0 },
  secrets: { SEALING_KEY: generated() },
};
`;

beforeAll(async () => {
  [first, last] = await Promise.all([quickProject(), quickProject()]);
  await first.write("services/archive/index.ts", archive);
  await first.replace("Pulumi.dc1.yaml", "  gemelos:releases:\n", `  gemelos:releases:\n    archive: ${release}\n`);
  // What comes first here is a Vault in which nothing ever was.
  dc1 = await LiveSite.open("dc1", { program: first.path("index.ts") });
  // An audit device of this test's own, which is there before the program has made its.
  auditFile = join(dc1.sandbox.state, "dc1", "requests.log");
  await writeVault(dc1.site.record, "sys/audit/of-a-test", { type: "file", options: { file_path: auditFile } });
});

afterAll(async () => {
  await Promise.all([first, last].map((copy) => copy.dispose()));
});

/** What a program registers in Vault. */
async function resourcesOf(copy: ProjectCopy): Promise<RegisteredResource[]> {
  const { code, stderr } = await copy.run("render", "--site", "dc1");
  expect(code, stderr).toBe(0);
  const resources: RegisteredResource[] = JSON.parse(await copy.read("out/dc1/resources.json"));
  return resources.filter(({ type }) => type.startsWith("vault:"));
}

/** The different requests that deployments make meanwhile, and those that anybody makes without a token. */
async function requestsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const before = (await auditLog()).length;
  await work();
  return distinct((await auditLog()).slice(before).flatMap(deploymentRequest));
}

async function auditLog(): Promise<unknown[]> {
  const lines = (await readFile(auditFile, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line));
}

function deploymentRequest(line: unknown): string[] {
  if (at(line, "type") !== "request") return [];
  const policies = at(line, "auth", "policies");
  const own = policies === undefined || (Array.isArray(policies) && policies.includes("gemelos-deployment"));
  const request = `${String(at(line, "request", "operation"))} ${String(at(line, "request", "path"))}`;
  return own ? [request] : [];
}

function distinct(requests: readonly string[]): string[] {
  return [...new Set(requests)].sort();
}

const [stack] = await readStackFiles(["dc1"]);
if (stack === undefined) throw new Error("there is no dc1");
const supplied = suppliedSecrets(
  (await loadCatalogue()).map(({ service }) => service),
  describedSite(stack),
);

/** What every run asks, by the table. */
function always(resources: readonly RegisteredResource[]): string[] {
  return [...requestsOfRun(supplied, resources), ...requestsOfProgram.withoutPolicy];
}

describe(`the requests of a deployment, beside the ${source}`, () => {
  it("creates everything", async () => {
    const resources = await resourcesOf(first);
    expect(resources.length).toBeGreaterThan(5);
    const seen = await requestsDuring(() => dc1.succeed("up", withArchive));
    expect(seen).toEqual(distinct([...requestsOfProvider, ...always(resources), ...requestsFor(resources, "create")]));
  });

  it("changes nothing a second time, and asks no more than that takes", async () => {
    const seen = await requestsDuring(() => dc1.succeed("up", withArchive));
    expect(seen).toEqual(distinct(always(await resourcesOf(first))));
    const preview = await requestsDuring(() => dc1.succeed("preview", withArchive));
    expect(preview).toEqual(seen);
  });

  it("refreshes", async () => {
    const resources = await resourcesOf(first);
    const seen = await requestsDuring(() => dc1.succeed("up", { ...withArchive, refresh: true }));
    expect(seen).toEqual(distinct([...requestsOfProvider, ...always(resources), ...requestsFor(resources, "refresh")]));
  });

  it("leaves in Vault what a removed service had", async () => {
    const kept = await resourcesOf(last);
    const removed = (await resourcesOf(first)).filter(({ urn }) => !kept.some((each) => each.urn === urn));
    expect(removed).toHaveLength(1);
    const seen = await requestsDuring(() => dc1.succeed("up", { program: last.path("index.ts") }));
    expect(seen).toEqual(distinct(always(kept)));
  });
});
