import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** Files that last. Nothing provides volumes in the sandbox, so one is made by hand. */
let dc1: LiveSite;

let quick: ProjectCopy;

const release = `1.0.0@sha256:${"ab".repeat(31)}c4`;

/** The program with the service `keeper`, whose fields a test states. */
async function withKeeper(fields: string, run: (program: string) => Promise<void>): Promise<void> {
  const copy = await quickProject();
  try {
    await copy.write(
      "services/keeper/index.ts",
      `import type { Microservice } from "../../components/microservice.ts";

export const keeper: Microservice = {
  name: "keeper",
  namespace: "keepers-of-files",
  description: "Keeps files",
  owner: "team-keeper@tax.example",
  resources: { requests: { cpu: "100m", memory: "256Mi" } },
  rollout: { minReadySeconds: 0 },
${fields}
};
`,
    );
    await copy.replace("Pulumi.dc1.yaml", "  gemelos:releases:\n", `  gemelos:releases:\n    keeper: ${release}\n`);
    await run(copy.path("index.ts"));
  } finally {
    await copy.dispose();
  }
}

const up = (program: string) =>
  dc1.succeed("up", { program, configure: ({ releases }) => (releases["keeper"] = release) });

const claim = () => dc1.cluster.get("PersistentVolumeClaim", "keepers-of-files", "keeper.dir-data");

const volume = (size: string) => `  volumes: { "/data": { size: "${size}", storageClass: "by-hand" } },`;

beforeAll(async () => {
  quick = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: quick.path("index.ts") });
  await dc1.succeed("up");
  await dc1.cluster.create("StorageClass", "", {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "by-hand" },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  });
  await dc1.cluster.create("PersistentVolume", "", {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "by-hand-1" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: "5Gi" },
      storageClassName: "by-hand",
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: "/var/lib/by-hand-1" },
    },
  });
});

afterAll(async () => {
  await dc1.succeed("up");
  await dc1.cluster.delete("PersistentVolumeClaim", "keepers-of-files", "keeper.dir-data");
  await dc1.cluster.delete("PersistentVolume", "", "by-hand-1");
  await dc1.cluster.delete("StorageClass", "", "by-hand");
  await quick.dispose();
});

test("a service that gets a volume binds it, grows, goes, and has the same files when it comes back", async () => {
  await withKeeper("", async (program) => {
    await up(program);
  });
  const before = await dc1.cluster.get("Deployment", "keepers-of-files", "keeper");
  expect(at(before, "spec", "strategy", "type")).toBe("RollingUpdate");

  let uid: unknown;
  await withKeeper(volume("1Gi"), async (program) => {
    await up(program);
    const bound = await claim();
    uid = at(bound, "metadata", "uid");
    expect([at(bound, "status", "phase"), at(bound, "spec", "volumeName")]).toEqual(["Bound", "by-hand-1"]);
    const deployment = () => dc1.cluster.get("Deployment", "keepers-of-files", "keeper");
    expect(at(await deployment(), "spec", "strategy")).toEqual({ type: "Recreate" });
    // The second replica goes when the autoscaler next looks, every 15 seconds, at the bounds that it has now.
    await vi.waitFor(async () => expect(at(await deployment(), "status", "replicas")).toBe(1), { timeout: 60_000 });
    expect(at(await deployment(), "status", "availableReplicas")).toBe(1);
    expect(Object.keys((await up(program)).counts).toSorted()).toEqual(["read", "same"]);
  });

  await withKeeper(volume("2Gi"), async (program) => {
    const { changes } = await up(program);
    const grown = changes.filter(({ name }) => name === "keeper-dir-data");
    expect(grown.map(({ operation }) => operation)).toEqual(["update"]);
    expect(at(await claim(), "spec", "resources", "requests", "storage")).toBe("2Gi");
  });

  const removed = await dc1.succeed("up");
  expect(removed.retained).toContainEqual(
    "the files of claim keepers-of-files/keeper.dir-data (2Gi); remove them for good: kubectl delete pvc -n keepers-of-files keeper.dir-data",
  );
  expect(await dc1.cluster.find("Deployment", "keepers-of-files", "keeper")).toBeUndefined();
  const left = await claim();
  expect([at(left, "metadata", "uid"), at(left, "status", "phase")]).toEqual([uid, "Bound"]);
  expect(at(left, "metadata", "deletionTimestamp")).toBeUndefined();

  await withKeeper(volume("2Gi"), async (program) => {
    await up(program);
    expect(at(await claim(), "metadata", "uid")).toBe(uid);
    const deployment = await dc1.cluster.get("Deployment", "keepers-of-files", "keeper");
    expect(at(deployment, "status", "availableReplicas")).toBe(1);
    expect(Object.keys((await up(program)).counts).toSorted()).toEqual(["read", "same"]);
  });
}, 900_000);
