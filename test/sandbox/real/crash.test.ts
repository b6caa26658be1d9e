import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { syntheticSite, writeSyntheticProject } from "../../../bench/syntheticCatalogue.ts";
import { signalGroup } from "../../../command/processes.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { Sandbox } from "../../../sandbox/sites/sandbox.ts";
import { LiveSite, quickly } from "../../support/liveSites.ts";

/** Fifty services on a site of their own, whose first deployment is interrupted twice. */
const size = 50;
const attendance = {
  step: <Result>(_name: string, work: () => Promise<Result>) => work(),
  signal: new AbortController().signal,
};

let project: string;
let sandbox: Sandbox;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "gemelos-crash-"));
  await writeSyntheticProject(project, size);
  const defaults = join(project, "components", "description", "resolve.ts");
  await writeFile(defaults, quickly(await readFile(defaults, "utf8")));
  sandbox = await Sandbox.open("test-crash", project);
  await sandbox.down(attendance, true);
  await sandbox.up(attendance);
});

afterAll(async () => {
  await sandbox.down(attendance, true);
  await rm(project, { recursive: true, force: true });
});

/** Deploys, and does something once when that many resources are done. */
async function interruptedAfter(count: number, interrupt: (pid: number, site: LiveSite) => Promise<void>) {
  const site = await LiveSite.open(syntheticSite, { sandbox, program: join(project, "index.ts") });
  let pid = 0;
  let interrupted: Promise<void> | undefined;
  const result = await site.run("up", {
    onStart: ({ program }) => {
      pid = program;
    },
    onEvent: ({ finished }) => {
      if (finished.length >= count) interrupted ??= interrupt(pid, site);
    },
  });
  await interrupted;
  expect(interrupted).toBeDefined();
  return result;
}

test("the engine is killed in the middle of the first deployment", async () => {
  const { failure } = await interruptedAfter(120, async (pid) => signalGroup(pid, "SIGKILL"));
  expect(failure).toBeDefined();
  const { cluster } = await LiveSite.open(syntheticSite, { sandbox, program: join(project, "index.ts") });
  expect((await cluster.list("ServiceAccount")).length).toBeGreaterThan(0);
  expect((await cluster.list("Deployment")).length).toBeLessThan(size);
});

test("the API server is killed in the middle of the next and comes back; what fails names its service, and says that it was out of reach or not ready yet", async () => {
  const { failure, report } = await interruptedAfter(200, async () => {
    const [site] = sandbox.sites;
    const apiServer = (await site?.servers.recorded())?.find(({ name }) => name === "kube-apiserver");
    if (apiServer === undefined) throw new Error("there is no API server to kill");
    signalGroup(apiServer.pid, "SIGKILL");
    await sandbox.up(attendance);
  });
  const told = report.errors.filter((message) => !message.endsWith("update failed"));
  expect(told.length > 0).toBe(failure !== undefined);
  // What belongs to a host, such as its certificate's Secret, is the data centre's.
  // One that has just come back refuses Services until it knows which addresses are free.
  const says =
    /^(service-\d{4}|datacenter) .*(cannot be reached|connection re(set|fused)|EOF|ECONN|socket hang up|failed to allocate a serviceIP)/s;
  for (const message of told) expect(message).toMatch(says);
});

test("the next deployment converges: nothing is lost, nothing is there twice", async () => {
  const site = await LiveSite.open(syntheticSite, { sandbox, program: join(project, "index.ts") });
  await site.succeed("up");
  const managed = (await site.cluster.list("Deployment")).filter(
    (each) => at(each, "metadata", "labels", "app.kubernetes.io/managed-by") === "pulumi",
  );
  expect(managed).toHaveLength(size);
  for (const deployment of managed) expect(at(deployment, "status", "availableReplicas")).toBeGreaterThanOrEqual(1);
  const configMaps = (await site.cluster.list("ConfigMap")).map((each) => String(at(each, "metadata", "name")));
  expect(configMaps.filter((name) => /^service-\d{4}-config-/.test(name))).toHaveLength(size);
  const preview = await site.succeed("preview");
  expect(Object.keys(preview.counts).toSorted()).toEqual(["read", "same"]);
});
