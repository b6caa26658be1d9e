import { afterAll, beforeAll, expect, test } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { LiveSite, quickProject, sandboxName } from "../../support/liveSites.ts";
import { readyPods } from "../../support/liveWorkloads.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** What a person reads, and how soon, when a rollout cannot succeed: by the command itself, on real servers. */
let dc1: LiveSite;
let quick: ProjectCopy;

beforeAll(async () => {
  quick = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: quick.path("index.ts") });
  await dc1.succeed("up");
});

afterAll(() => quick.dispose());

/** What `deploy` said of a copy of the project in which something is changed. */
interface Said {
  readonly code: number | null;
  /** The cause of each service with the seconds at which it was told, by the command's own clock. */
  readonly causes: ReadonlyMap<string, { readonly seconds: number; readonly what: string }>;
  /** Its last lines, from the one that says that the deployment failed. */
  readonly end: string;
  /** Seconds until the command ended. */
  readonly seconds: number;
  readonly stderr: string;
}

async function deployWith(change: (copy: ProjectCopy) => Promise<void>): Promise<Said> {
  const copy = await quickProject();
  const start = performance.now();
  try {
    await change(copy);
    const { code, stderr } = await copy.sandbox("deploy", "--site", "dc1", "--name", sandboxName);
    const seconds = Math.round((performance.now() - start) / 1000);
    // For whoever runs the test: what a person reads.
    console.info(`${stderr}ended after ${seconds} s`);
    const lines = stderr.split("\n").map((line) => /^dc1 (\d+) s ([a-z-]+): (.+)$/.exec(line));
    const causes = lines.flatMap((match): [string, { seconds: number; what: string }][] => {
      const [, time = "", service = "", what = ""] = match ?? [];
      return match === null || operations.has(what) ? [] : [[service, { seconds: Number(time), what }]];
    });
    const end = stderr.slice(stderr.indexOf("dc1: up failed"));
    return { code, stderr, end, seconds, causes: new Map(causes) };
  } finally {
    await copy.dispose();
  }
}

/** What the command says of a service that got on. */
const operations: ReadonlySet<string> = new Set(["create", "update", "replace", "delete"]);

/** Changes the pods of a service by a transform: statements about `template`, the pod template of its Deployment. */
async function changePods(copy: ProjectCopy, service: string, statements: string): Promise<void> {
  const file = `services/${service}/index.ts`;
  const transform = `deployment: (manifest) => {\n      const template = manifest.spec.template;\n      ${statements}\n`;
  const own = "deployment: (manifest) => {\n";
  if ((await copy.read(file)).includes(own)) return copy.replace(file, own, transform);
  return copy.replace(
    file,
    "description:",
    `transforms: { ${transform}      return manifest;\n    },\n  },\n  description:`,
  );
}

/** Gives the pods of a service a state that kwok makes up; see sandbox/sites/podStages.yaml. */
function pretend(copy: ProjectCopy, service: string, state: string): Promise<void> {
  const annotations = "template.metadata.annotations";
  return changePods(copy, service, `${annotations} = { ...${annotations}, "gemelos.dev/sandbox-pod": "${state}" };`);
}

/** Gives the Datacenter of the program these transforms, and receipts other pods than before. */
async function transformSite(copy: ProjectCopy, transforms: string): Promise<void> {
  const first = "clusterUid: site.kubernetes.clusterUid,";
  await copy.replace("index.ts", first, `${first} transforms: ${transforms},`);
  await changePods(copy, "receipts", `template.metadata.annotations = { "gemelos.dev/try": "${Date.now()}" };`);
}

/** Seconds after which Kubernetes gives up a rollout of the service without progress. */
async function deadlineOf(namespace: string, service: string): Promise<number> {
  return Number(at(await dc1.cluster.get("Deployment", namespace, service), "spec", "progressDeadlineSeconds"));
}

test.each([
  {
    what: "refused by Pod Security",
    says: /^Pod Security refuses its pods: violates PodSecurity "restricted/,
    change: (copy: ProjectCopy) =>
      copy.replace(
        "services/receipts/index.ts",
        "description:",
        `transforms: {
          deployment: {
            transform: (manifest) => {
              manifest.spec.template.spec.securityContext = { runAsUser: 0 };
              return manifest;
            },
            securityExceptions: {
              runAsRoot: { reason: "Tries what Pod Security refuses" },
              seccompProfile: { reason: "Tries what Pod Security refuses" },
            },
          },
        },
        description:`,
      ),
    within: 15,
  },
  {
    what: "larger than the namespace's LimitRange",
    says: /^a LimitRange refuses its pods: maximum memory usage per Container is 1Gi/,
    change: (copy: ProjectCopy) =>
      transformSite(copy, '{ limitRange: (range) => { range.spec.limits[0].max.memory = "1Gi"; return range; } }'),
    within: 15,
  },
  {
    what: "more than the namespace's quota",
    says: /^the namespace's quota is used up: exceeded quota: services/,
    change: (copy: ProjectCopy) =>
      transformSite(
        copy,
        '{ resourceQuota: (quota) => ({ ...quota, spec: { hard: { ...quota.spec?.hard, pods: "1" } } }) }',
      ),
    within: 75,
  },
  {
    what: "a crash loop",
    says: /^container receipts ends with exit code 3 \(Error, restarted /,
    change: (copy: ProjectCopy) => pretend(copy, "receipts", "crash-loop"),
    within: 30,
  },
  {
    what: "out of memory",
    says: /^container receipts needs more memory than its limit \(OOMKilled, exit code 137, restarted /,
    change: (copy: ProjectCopy) => pretend(copy, "receipts", "oom"),
    within: 30,
  },
])("$what: told at once, and the deployment ends with it soon after", async ({ says, change, within }) => {
  const before = await readyPods(dc1.cluster, "declarations", "receipts");
  expect(before.length).toBeGreaterThan(0);
  const { code, causes, end, seconds } = await deployWith(change);
  const cause = causes.get("receipts");
  expect(cause?.what).toMatch(says);
  expect(code).toBe(1);
  expect(end).toContain(`receipts (Deployment declarations/receipts): ${cause?.what.slice(0, 40)}`);
  expect(end).toContain("to do: ");
  expect(end).not.toMatch(/errors occurred|update failed/);
  expect(seconds - (cause?.seconds ?? 0)).toBeLessThan(within + 30);
  expect(seconds).toBeLessThan(await deadlineOf("declarations", "receipts"));
  expect((await readyPods(dc1.cluster, "declarations", "receipts")).length).toBeGreaterThanOrEqual(before.length);
});

test("what may still heal is told of each service, and the deployment ends when one has not healed for a minute", async () => {
  const { code, causes, end, seconds } = await deployWith(async (copy) => {
    await changePods(copy, "taxpayer-registry", 'template.spec.nodeSelector = { "gemelos.dev/disk": "nvme" };');
    await pretend(copy, "tax-declarations", "image-pull");
    await pretend(copy, "card-payments", "config-missing");
    await pretend(copy, "notifications", "mount-missing");
    await pretend(copy, "receipts", "probe-fails");
  });
  const expected: Readonly<Record<string, RegExp>> = {
    "taxpayer-registry": /^no node has room for its pods or fits them: 0\/\d+ nodes are available: /,
    "tax-declarations": /^its image cannot be pulled \(ImagePullBackOff\): Back-off pulling image/,
    "card-payments": /^container card-payments lacks a part of its configuration: secret "no-such-secret" not found/,
    notifications: /^a volume cannot be mounted: .*configmap "no-such-config" not found/,
    receipts: /^Readiness probe failed: HTTP probe failed with statuscode: 503/,
  };
  for (const [service, says] of Object.entries(expected)) {
    expect(causes.get(service)?.what).toMatch(says);
    expect(end).toContain(`  ${service} (Deployment `);
  }
  expect(code).toBe(1);
  expect(end).not.toMatch(/errors occurred|update failed/);
  expect(seconds).toBeLessThan(await deadlineOf("declarations", "receipts"));
});

test("the next deployment of what was right heals them all, whatever is still broken when it begins", async () => {
  const { code, causes } = await deployWith(async () => undefined);
  expect([...causes]).toEqual([]);
  expect(code).toBe(0);
  expect((await dc1.succeed("up", { refresh: true })).changes).toEqual([]);
});
