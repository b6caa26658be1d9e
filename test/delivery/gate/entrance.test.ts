import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Observation } from "../../../delivery/gate/condition.ts";
import { EntranceSource } from "../../../delivery/gate/entrance.ts";
import type { ExpectedHost } from "../../../delivery/gate/exposures.ts";
import { trustIn } from "../../../delivery/gate/httpsRequest.ts";
import { runGate } from "../../../delivery/gate/index.ts";
import { Authority, EntranceServer } from "../../support/entranceServer.ts";
import { gateCluster, gateExpectations, gateSite, rolledOut, steppedClock } from "../../support/gateCluster.ts";

const host: ExpectedHost = {
  ...{ service: "receipts", host: "api.tax.example", domain: "public", path: "/receipts" },
  ...{ statuses: (status) => status < 400, certificate: "supplied" },
};

let authority: Authority;
let entrance: EntranceServer | undefined;

beforeAll(async () => {
  authority = await Authority.create();
});

afterEach(async () => {
  await entrance?.stop();
  entrance = undefined;
});

async function start(name = host.host, days: readonly [number, number] = [-1, 5], by = authority) {
  entrance = await EntranceServer.start(await by.issue(name, days));
  return entrance;
}

/** What is said of the host, asked at these addresses. */
async function look(
  addresses: readonly string[] = ["127.0.0.1"],
  more: { port?: number; sharesPublicNames?: boolean; signal?: AbortSignal } = {},
): Promise<Observation | undefined> {
  const source = new EntranceSource([host], {
    addresses,
    port: more.port ?? entrance?.port ?? 1,
    sharesPublicNames: more.sharesPublicNames ?? false,
    trust: async () => trustIn([authority.certificate]),
  });
  const [observation] = await source.look({ now: 0, met: false }, more.signal ?? new AbortController().signal);
  expect(observation?.condition).toBe("entrance https://api.tax.example/receipts (receipts)");
  return observation;
}

it("asks this site's entrance by its address, in the host's name", async () => {
  const { asked, port } = await start();
  const observation = await look();
  expect(observation).toMatchObject({ state: "pass" });
  expect(observation?.what).toMatch(/^127\.0\.0\.1 answers HTTP 200; its certificate is good until \d{4}-\d\d-\d\d$/);
  expect(asked).toEqual([`api.tax.example:${port} /receipts`]);
});

describe("fails for", () => {
  it.each<[what: string, begin: () => Promise<unknown>, says: RegExp]>([
    [
      "a certificate that has expired",
      () => start(host.host, [-9, -1]),
      /^127\.0\.0\.1 has a certificate that has expired$/,
    ],
    ["a certificate that is not valid yet", () => start(host.host, [1, 5]), /has a certificate that is not valid yet$/],
    [
      "a certificate of another host",
      () => start("www.tax.example"),
      /has a certificate for other names \(www\.tax\.example\)$/,
    ],
    [
      "a certificate of an authority that nobody trusts",
      async () => start(host.host, [-1, 5], await Authority.create()),
      /has a certificate that no trusted authority has signed/,
    ],
    [
      "an error of the service",
      async () => {
        (await start()).status = 500;
      },
      /answers HTTP 500;/,
    ],
  ])("%s", async (_, begin, says) => {
    await begin();
    const observation = await look();
    expect(observation?.what).toMatch(says);
    expect(observation?.state).toBe("fail");
  });

  it("an entrance that is not there", async () => {
    expect(await look(["127.0.0.1"], { port: 1 })).toMatchObject({
      ...{ state: "fail", what: "127.0.0.1 cannot be reached (ECONNREFUSED)" },
    });
  });

  it("the second of two addresses that does not answer", async () => {
    await start();
    expect(await look(["127.0.0.1", "127.0.0.9"])).toMatchObject({
      state: "fail",
      what: expect.stringMatching(/^127\.0\.0\.9 /),
    });
  });

  it("one that keeps callers waiting", async () => {
    (await start()).status = undefined;
    expect(await look()).toMatchObject({ state: "fail", what: "127.0.0.1 did not answer in 10 s" });
  }, 30_000);
});

it("a public name that may lead to the other site is not asked, and that ends the gate", async () => {
  const observation = await look([], { sharesPublicNames: true });
  expect(observation).toMatchObject({ state: "no-data", finalAfter: 0 });
  expect(observation?.remedy).toMatch(/^state gate\.entrance\.addresses/);
});

it("an entrance that dies during the soak begins it anew, and fails the gate when it stays dead", async () => {
  const server = await start();
  const clock = steppedClock();
  const result = await runGate({
    ...{ ...gateSite, clock, soakSeconds: 600, signal: new AbortController().signal },
    site: {
      ...gateSite.site,
      gate: {
        entrance: { addresses: ["127.0.0.1"], port: server.port },
        ...{ prometheus: "none", caCertificate: authority.certificate },
      },
    },
    expected: { ...gateExpectations, hosts: [host] },
    client: gateCluster(rolledOut),
    onState: () => {
      if (clock.seconds() >= 300) server.status = 503;
    },
  });
  expect(result).toMatchObject({
    outcome: "fail",
    interruptions: 1,
    failed: {
      name: "entrance https://api.tax.example/receipts (receipts)",
      ...{ state: "fail", since: "2026-05-04T08:05:10.000Z", because: "it lasted as long as the soak" },
    },
    notes: ["alerts are not asked: gate.prometheus is none"],
  });
});
