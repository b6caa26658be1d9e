import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import { readyPods } from "../../support/liveWorkloads.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** What the API server itself refuses, and what is left running then. What a person reads: rolloutCauses.test.ts. */
let dc1: LiveSite;
let dc2: LiveSite;

let quick: ProjectCopy;

beforeAll(async () => {
  quick = await quickProject();
  const program = quick.path("index.ts");
  [dc1, dc2] = [await LiveSite.open("dc1", { program }), await LiveSite.open("dc2", { program })];
  await dc1.succeed("up");
});

afterAll(() => quick.dispose());

/** Runs `up` with a changed copy of the project. */
async function upWith(change: (copy: ProjectCopy) => Promise<void>) {
  const copy = await quickProject();
  try {
    await change(copy);
    return await dc1.run("up", { program: copy.path("index.ts") });
  } finally {
    await copy.dispose();
  }
}

test("a rollout that the API server refuses fails with its service and cause, and leaves what ran running", async () => {
  const before = await readyPods(dc1.cluster, "declarations", "receipts");
  expect(before.length).toBeGreaterThan(0);
  const { failure, causes, final } = await upWith((copy) =>
    copy.replace(
      "services/receipts/index.ts",
      "backingServices:",
      `transforms: {
    deployment: {
      transform: (manifest) => {
        const pod = manifest.spec?.template?.spec;
        if (pod !== undefined) pod.securityContext = { runAsUser: 0 };
        return manifest;
      },
      securityExceptions: {
        runAsRoot: { reason: "Tries what Pod Security refuses" },
        seccompProfile: { reason: "Tries what Pod Security refuses" },
      },
    },
  },
  backingServices:`,
    ),
  );
  expect(failure).toBeDefined();
  expect(causes).toMatchObject([{ kind: "refused", namespace: "declarations", name: "receipts" }]);
  expect(final?.cause.what).toMatch(/violates PodSecurity "restricted/);
  expect(await readyPods(dc1.cluster, "declarations", "receipts")).toEqual(expect.arrayContaining(before));
});

test("and the catalogue as it is converges again", async () => {
  await dc1.succeed("up");
  expect((await dc1.succeed("preview")).changes).toEqual([]);
});

describe("a stack that reaches another cluster stops before its first change", () => {
  const elsewhere = "11111111-2222-4333-8444-555555555555";

  test.each(["preview", "up"] as const)(
    "%s, with a cluster that was rebuilt: both identities are in the message",
    async (operation) => {
      const { failure, report } = await dc1.run(operation, {
        configure: ({ site, releases }) => {
          site.kubernetes.clusterUid = elsewhere;
          releases["receipts"] = `9.9.9@sha256:${"99".repeat(31)}c4`;
        },
      });
      expect(failure).toBeDefined();
      const told = report.errors.join("\n");
      expect(told).toContain(`has UID ${elsewhere} and reached ${dc1.site.record.clusterUid}`);
      expect(told).toContain("Nothing was changed");
      expect(report.changes.filter(({ type }) => type.startsWith("kubernetes:"))).toEqual([]);
      const deployment = await dc1.cluster.get("Deployment", "declarations", "receipts");
      expect(JSON.stringify(deployment)).not.toContain("9.9.9@sha256");
    },
  );

  const contextOfDc2: NonNullable<Parameters<typeof dc1.run>[1]>["configure"] = ({ site, releases }) => {
    site.kubernetes.context = "tax-dc2";
    releases["receipts"] = `9.9.9@sha256:${"99".repeat(31)}c4`;
  };

  test("up of dc1 with the context of dc2: the file of dc2 beside it says that it is the other's", async () => {
    const { failure, report } = await dc1.run("up", { configure: contextOfDc2 });
    expect(failure).toBeDefined();
    expect(report.errors.join("\n")).toMatch(
      /Pulumi\.dc2\.yaml:\d+:\d+: gemelos:site\.kubernetes\.context: "tax-dc2" is also in/,
    );
    expect(report.changes).toEqual([]);
  });

  test("and where no file of dc2 is beside it, dc2 is untouched all the same", async () => {
    await dc2.succeed("up");
    const before = JSON.stringify(await dc2.cluster.list("Deployment"));
    const copy = await quickProject();
    await copy.remove("Pulumi.dc2.yaml");
    const { failure, report } = await dc1
      .run("up", { program: copy.path("index.ts"), configure: contextOfDc2 })
      .finally(() => copy.dispose());
    expect(failure).toBeDefined();
    expect(report.errors.join("\n")).toContain(`reached ${dc2.site.record.clusterUid}`);
    expect(JSON.parse(JSON.stringify(await dc2.cluster.list("Deployment"))).map(specOf)).toEqual(
      JSON.parse(before).map(specOf),
    );
    const plan = await dc1.succeed("preview");
    expect(plan.changes.map(({ name, operation }) => `${operation} ${name}`)).toEqual(["update kubernetes"]);
    await dc1.succeed("up");
  });
});

/** What the program decides of a Deployment: its replicas are the autoscaler's. */
function specOf(deployment: unknown): unknown {
  const spec = at(deployment, "spec");
  return isObject(spec) ? { ...spec, replicas: undefined } : spec;
}
