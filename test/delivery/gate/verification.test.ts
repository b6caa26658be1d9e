import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ApiRequest } from "../../../clusterClient/apiClient.ts";
import { ApiError } from "../../../clusterClient/index.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { type GateResult, runGate } from "../../../delivery/gate/index.ts";
import { markers } from "../../../delivery/gate/junit.ts";
import type { PlainObject } from "../../../recorder/registeredResource.ts";
import { microservice } from "../../support/fixtures.ts";
import { gateCluster, gateExpectations, gateSite, rolledOut, steppedClock } from "../../support/gateCluster.ts";

const service = resolveMicroservice(
  microservice({
    exposure: { host: "api", path: "/receipts" },
    verification: { command: ["/tests"], timeout: "5m" },
  }),
);
const report = `${markers.begin}\n<testsuite><testcase name="pays"/></testsuite>\n${markers.end}`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gemelos-verification-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What a Job's tests do, and what was there before. */
interface Tests {
  /** How the Job ends, and after how many seconds; never without one. */
  readonly ends?: { readonly after: number; readonly type: "Complete" | "Failed"; readonly reason?: string };
  readonly log?: string;
  /** Exit code of the container, as its pod says. */
  readonly exitCode?: number;
  /** Whether an earlier gate has left a Job of the same name behind. */
  readonly leftBehind?: boolean;
}

/** A cluster in which `receipts` is well, with Jobs: what was asked of them, and what is left in the end. */
class JobCluster {
  readonly asked: string[] = [];
  readonly objects = new Map<string, PlainObject>();
  readonly #tests: Tests;
  readonly #seconds: () => number;
  readonly #other = gateCluster(rolledOut);
  #began = 0;

  constructor(tests: Tests, seconds: () => number) {
    this.#tests = tests;
    this.#seconds = seconds;
  }

  async send({ method = "GET", path, body }: ApiRequest): Promise<PlainObject> {
    const [plain = ""] = path.split("?");
    if (!/jobs|networkpolicies/.test(plain)) {
      const pods = JSON.parse(
        JSON.stringify([
          {
            metadata: { name: "tests", namespace: "any", ownerReferences: [{ uid: "new" }] },
            status: { containerStatuses: [{ state: { terminated: this.#terminated() } }] },
          },
        ]),
      );
      if (/\/pods$/.test(plain) && !plain.includes("declarations")) return { items: pods };
      const found = await this.#other.send({ path });
      return /\/pods$/.test(plain)
        ? { items: [...(Array.isArray(found["items"]) ? found["items"] : []), ...pods] }
        : found;
    }
    this.asked.push(
      `${method} ${plain
        .split("/")
        .slice(-2)
        .join("/")
        .replace(/-[0-9a-f]{10}$/, "-HASH")}`,
    );
    if (method === "POST") return this.#create(plain, JSON.parse(JSON.stringify(body)));
    if (method === "PATCH") {
      this.objects.set(plain, JSON.parse(JSON.stringify(body)));
      return {};
    }
    if (this.#tests.leftBehind === true && this.#began === 0 && method === "GET" && this.asked.length === 1)
      return { metadata: { uid: "old" } };
    const object = this.objects.get(plain);
    if (method === "DELETE" && this.objects.delete(plain)) return {};
    if (object === undefined) throw new ApiError(404, "not found");
    return object;
  }

  #terminated() {
    const { exitCode, ends } = this.#tests;
    const isOver = this.objects.size > 0 && ends !== undefined && this.#seconds() - this.#began >= ends.after;
    return exitCode === undefined || !isOver ? undefined : { exitCode };
  }

  #create(path: string, job: Record<string, PlainObject>): PlainObject {
    this.#began = this.#seconds();
    const { ends } = this.#tests;
    const isOver = () => ends !== undefined && this.#seconds() - this.#began >= ends.after;
    const place = `${path}/${String(job["metadata"]?.["name"])}`;
    const condition = {
      type: ends?.type ?? "",
      status: "True",
      reason: ends?.reason ?? "BackoffLimitExceeded",
      message: "it ended",
    };
    const object = {
      ...job,
      metadata: { ...job["metadata"], uid: "new" },
      get status() {
        return { conditions: isOver() ? [condition] : [] };
      },
    };
    this.objects.set(place, object);
    return object;
  }

  async read(): Promise<string> {
    return this.#tests.log ?? "";
  }
}

async function gate(tests: Tests): Promise<{ result: GateResult; cluster: JobCluster; seconds: number }> {
  const clock = steppedClock();
  const cluster = new JobCluster(tests, clock.seconds);
  const result = await runGate({
    ...{ ...gateSite, clock, soakSeconds: 600, reports: folder, signal: new AbortController().signal },
    expected: { ...gateExpectations, verified: [service] },
    client: cluster,
    onState: () => undefined,
  });
  return { result, cluster, seconds: clock.seconds() };
}

it("passes beside the soak, leaves its report and nothing in the cluster", async () => {
  const { result, cluster, seconds } = await gate({ ends: { after: 120, type: "Complete" }, log: `well\n${report}\n` });
  const file = join(folder, "dc1", `${service.name}.xml`);
  expect(result).toMatchObject({
    outcome: "pass",
    verification: [
      { service: service.name, outcome: "pass", tests: { total: 1, failed: 0, skipped: 0 }, reports: [file] },
    ],
  });
  expect(seconds).toBe(600);
  expect(readFileSync(file, "utf8")).toBe('<testsuite><testcase name="pays"/></testsuite>\n');
  expect([...cluster.objects.keys()]).toEqual([]);
});

it("is waited for when it takes longer than the soak", async () => {
  const { result, seconds } = await gate({ ends: { after: 1200, type: "Complete" } });
  expect(result).toMatchObject({ outcome: "pass", verification: [{ outcome: "pass", reports: [] }] });
  expect(seconds).toBeGreaterThanOrEqual(1200);
});

it("fails the gate at once with the end of its log, and its Job stays", async () => {
  const { result, cluster, seconds } = await gate({
    ends: { after: 60, type: "Failed" },
    log: `the payment is refused\n${report}\nexpected 200, was 500\n`,
  });
  expect(seconds).toBeLessThan(100);
  expect(result).toMatchObject({
    outcome: "fail",
    failed: {
      name: `verification ${service.name}`,
      what: "its tests did not pass (BackoffLimitExceeded: it ended): 1 tests, 0 failed, 0 skipped",
      because: "it cannot heal by itself",
      remedy: expect.stringMatching(/^read its log: kubectl logs -n \S+ job\//),
    },
    verification: [{ outcome: "fail", log: ["the payment is refused", "expected 200, was 500"] }],
  });
  expect([...cluster.objects.keys()]).toEqual([expect.stringMatching(/\/jobs\/.*-verify-[0-9a-f]{10}$/)]);
});

it.each<[what: string, tests: Tests, says: RegExp]>([
  [
    "tests that hang",
    { ends: { after: 300, type: "Failed", reason: "DeadlineExceeded" } },
    /they took longer than 300 s/,
  ],
  [
    "tests that end with an exit code",
    { ends: { after: 60, type: "Failed" }, exitCode: 3 },
    /its tests did not pass \(exit code 3\)$/,
  ],
  [
    "tests that end well although one of them failed",
    {
      ends: { after: 60, type: "Complete" },
      log: report.replace("/></testsuite>", "><failure/></testcase></testsuite>"),
    },
    /1 of 1 tests failed/,
  ],
  [
    "a report that nobody can read",
    { ends: { after: 60, type: "Complete" }, log: report.replaceAll("testsuite", "html") },
    /report 1 is no JUnit XML/,
  ],
])("%s fail the gate", async (_, tests, says) => {
  const { result } = await gate(tests);
  expect(result).toMatchObject({ outcome: "fail", failed: { what: expect.stringMatching(says) } });
});

it("a Job that an earlier gate has left behind gives way", async () => {
  const { result, cluster } = await gate({ leftBehind: true, ends: { after: 60, type: "Complete" } });
  expect(result.outcome).toBe("pass");
  const jobs = cluster.asked.filter((each) => each.includes("job"));
  expect(jobs.slice(0, 4)).toEqual([
    expect.stringMatching(/^GET jobs\//),
    expect.stringMatching(/^DELETE jobs\//),
    expect.stringMatching(/^GET jobs\//),
    expect.stringMatching(/^POST .*jobs$/),
  ]);
});

it("what still runs when the gate ends is removed", async () => {
  const clock = steppedClock();
  const cluster = new JobCluster({}, clock.seconds);
  const stop = new AbortController();
  const result = await runGate({
    ...{ ...gateSite, clock, soakSeconds: 600, reports: folder, signal: stop.signal },
    expected: { ...gateExpectations, verified: [service] },
    client: cluster,
    onState: () => {
      if (clock.seconds() >= 60) stop.abort();
    },
  });
  expect(result).toMatchObject({ outcome: "interrupted", verification: [] });
  expect([...cluster.objects.keys()]).toEqual([]);
});
