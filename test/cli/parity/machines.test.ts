import { expect, test } from "vitest";
import { withoutMachines } from "../../../cli/parity/machines.ts";
import type { SiteNode } from "../../../components/siteData.ts";
import { deploymentOf, microservice, podOf, site } from "../../support/fixtures.ts";

const metal: SiteNode = {
  ...{ name: "w1.dc1.tax.example", address: "10.1.10.21", role: "worker", cpu: "8", memory: "32Gi", disk: "100Gi" },
  zone: "rack-a",
};
const vm: SiteNode = { ...metal, kind: "vm", host: "h1.dc1.tax.example" };

/** A pod as parity compares it. */
function form(spread: "prefer" | "require", nodes: readonly SiteNode[]): unknown {
  const pod = podOf(deploymentOf(microservice({ spread }), { ...site, nodes }));
  return withoutMachines(JSON.parse(JSON.stringify(pod)));
}

test.each(["prefer", "require"] as const)(
  "sites of metal and of VMs are alike, where both state zones: %s",
  (spread) => {
    expect(form(spread, [vm])).toEqual(form(spread, [metal]));
    expect(form(spread, [vm, metal])).toEqual(form(spread, [metal]));
  },
);

test.each(["prefer", "require"] as const)("and where neither states zones: %s", (spread) => {
  const { zone: _, ...unplaced } = metal;
  expect(form(spread, [{ ...unplaced, kind: "vm", host: "h1.dc1.tax.example" }])).toEqual(form(spread, [unplaced]));
});

test("a site that alone states zones differs, whatever its machines are", () => {
  const { zone: _, ...unplaced } = metal;
  expect(form("prefer", [unplaced])).not.toEqual(form("prefer", [metal]));
  expect(form("prefer", [unplaced])).not.toEqual(form("prefer", [vm]));
});
