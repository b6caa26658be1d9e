import { afterAll, beforeAll, expect, test } from "vitest";
import { LivePair, restIsSuppressed, secondsUntilTold, stated, told } from "./livePair.ts";

let pair: LivePair;

beforeAll(async () => {
  pair = await LivePair.start();
});
afterAll(() => pair?.close());

test("where a site's Prometheus dies, the other site's people are paged once, and say which site it is", async () => {
  const { dc1, dc2 } = pair;
  const killed = performance.now();
  dc1.killPrometheus();
  const seconds = await secondsUntilTold(dc2, "PeerMonitoringSilent", killed);
  console.log(
    `Prometheus of dc1 killed: a page in dc2 after ${seconds.toFixed(0)} s, of which 60 s are the alert's own`,
  );
  expect(seconds).toBeLessThan(stated + 10);
  await restIsSuppressed(dc2, ["TargetsAllMissing"]);
  expect(told(dc2)).toEqual(["PeerMonitoringSilent"]);
  expect(dc2.webhook.received[0]?.alerts[0]?.annotations["summary"]).toBe("The monitoring of dc1 is silent");
  // Nobody is left there who could say it.
  expect(told(dc1)).toEqual([]);
});
