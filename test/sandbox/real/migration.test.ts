import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { explainFailure } from "../../../delivery/engine/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { type Deployed, LiveSite, quickProject } from "../../support/liveSites.ts";
import { readyPods } from "../../support/liveWorkloads.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** The Job of a service's migration on a real API server and the real engine, with kwok in place of kubelets. */
vi.setConfig({ testTimeout: 900_000 });

let dc1: LiveSite;
let migrating: ProjectCopy;
let failing: ProjectCopy;

const description = "services/receipts/index.ts";

/** A copy in which receipts has a migration, and this beside it. */
async function withMigration(beside = ""): Promise<ProjectCopy> {
  const copy = await quickProject();
  const migration = 'migration: { command: ["/migrate"], phase: "expand", timeout: "2m" },';
  await copy.replace(description, "description:", `${migration}\n  ${beside}\n  description:`);
  return copy;
}

beforeAll(async () => {
  migrating = await withMigration();
  // Another variable, so that the Deployment would change, too; the Job's pods end as podStages.yaml says, and are tried twice.
  failing = await withMigration(`env: { MODE: "new" },
  transforms: {
    job: (job) => {
      job.spec.template.metadata.annotations = { "gemelos.dev/sandbox-pod": "job-fails" };
      job.spec.backoffLimit = 1;
      return job;
    },
  },`);
  dc1 = await LiveSite.open("dc1", { program: migrating.path("index.ts") });
});

afterAll(async () => {
  await migrating.dispose();
  await failing.dispose();
});

interface LiveJob {
  readonly name: string;
  readonly uid: string;
  readonly complete: boolean;
}

async function jobs(): Promise<LiveJob[]> {
  const items = await dc1.cluster.list("Job", "declarations");
  return items.map((job) => {
    const conditions: unknown = at(job, "status", "conditions");
    const complete = Array.isArray(conditions) && conditions.some((each) => at(each, "type") === "Complete");
    return { name: String(at(job, "metadata", "name")), uid: String(at(job, "metadata", "uid")), complete };
  });
}

async function generation(): Promise<unknown> {
  return at(await dc1.cluster.get("Deployment", "declarations", "receipts"), "metadata", "generation");
}

function told({ report, failure = "", ...watched }: Deployed): string {
  return explainFailure(report.errors, failure, watched);
}

test("it runs to its end before the Deployment, once, and a second deployment changes nothing", async () => {
  const { finished } = await dc1.succeed("up");
  expect(finished.indexOf("create receipts-migration")).toBeGreaterThan(-1);
  expect(finished.indexOf("create receipts-migration")).toBeLessThan(finished.indexOf("create receipts-deployment"));
  expect(await jobs()).toEqual([
    { name: expect.stringMatching(/^receipts-migration-/), uid: expect.any(String), complete: true },
  ]);
  expect((await dc1.succeed("up", { refresh: true })).changes).toEqual([]);
});

test("no Service has its pod among its endpoints", async () => {
  const slices = JSON.stringify(await dc1.cluster.list("EndpointSlice", "declarations"));
  expect(slices).toContain('"receipts-');
  expect(slices).not.toContain("receipts-migration");
});

test("another release is another Job, and the one before is removed", async () => {
  const [before] = await jobs();
  const other = (config: { releases: Record<string, string> }) => {
    config.releases["receipts"] = `9.9.9@sha256:${createHash("sha256").update("another").digest("hex")}`;
  };
  await dc1.succeed("up", { configure: other });
  const after = await jobs();
  expect(after).toHaveLength(1);
  expect(after[0]).toMatchObject({ complete: true });
  expect(after[0]?.uid).not.toBe(before?.uid);
  await dc1.succeed("up");
});

test("one that fails leaves the old release as it is, the end of its log is told, and the next deployment runs it anew", async () => {
  const [version, pods] = [await generation(), await readyPods(dc1.cluster, "declarations", "receipts")];
  const first = await dc1.run("up", { program: failing.path("index.ts") });
  console.info(told(first));
  expect(first.failure).toBeDefined();
  expect(told(first)).toMatch(
    /receipts \(Job declarations\/receipts-migration-[0-9a-f]+\): the migration failed, the last time with exit code 1; the rollout has not begun, and the old release goes on\n +\| Running Changeset: db\/changelog.xml::3\n +\| Migration failed for changeset 3: relation "receipt" already exists\n +to do: /,
  );
  expect(await generation()).toBe(version);
  expect(await readyPods(dc1.cluster, "declarations", "receipts")).toEqual(pods);
  const failed = (await jobs()).filter(({ complete }) => !complete);
  expect(failed).toHaveLength(1);

  const second = await dc1.run("up", { program: failing.path("index.ts") });
  expect(second.failure).toBeDefined();
  const again = (await jobs()).filter(({ complete }) => !complete);
  expect(again).toHaveLength(1);
  expect(again[0]?.name).toBe(failed[0]?.name);
  expect(again[0]?.uid).not.toBe(failed[0]?.uid);

  await dc1.succeed("up");
  expect((await jobs()).map(({ complete }) => complete)).toEqual([true]);
  expect((await dc1.succeed("up", { refresh: true })).changes).toEqual([]);
});
