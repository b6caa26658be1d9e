import { afterAll, beforeAll, expect, test } from "vitest";
import { LivePair, restIsSuppressed, secondsUntilTold, told } from "./livePair.ts";

let pair: LivePair;

beforeAll(async () => {
  pair = await LivePair.start();
});
afterAll(() => pair?.close());

test("where the line between the sites is cut, each site's people are paged once, and not for a silent monitoring as well", async () => {
  const { dc1, dc2 } = pair;
  const cut = performance.now();
  dc1.entrance.cut();
  dc2.entrance.cut();
  await Promise.all(
    [dc1, dc2].map(async (site) => {
      const seconds = await secondsUntilTold(site, "PeerEntranceDown", cut);
      console.log(
        `the line was cut: a page in ${site.name} after ${seconds.toFixed(0)} s, of which 30 s are the alert's own`,
      );
      await restIsSuppressed(site, ["TargetsAllMissing"]);
      expect(told(site)).toEqual(["PeerEntranceDown"]);
    }),
  );
  expect(dc2.webhook.received[0]?.alerts[0]?.annotations["summary"]).toBe("The entrance of dc1 does not answer");
});
