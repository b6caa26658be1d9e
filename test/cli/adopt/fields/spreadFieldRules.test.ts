import { expect, test } from "vitest";
import { adoptService } from "../../../../cli/adopt/adopt.ts";
import type { CatalogueSite } from "../../../../components/siteData.ts";
import { plainDeployment, sites } from "../manifests.ts";

const racked: NonNullable<CatalogueSite["nodes"]> = [
  { address: "10.1.10.21", role: "worker", kind: "metal", zone: "rack-a" },
];

/** What becomes of each field of the original's spreading, with its reason or what replaces it. */
function spreadOf(pod: string, nodes?: CatalogueSite["nodes"]): Record<string, string> {
  const text = plainDeployment.replace("    spec:\n", `    spec:\n      ${pod}\n`);
  const where = sites.map((site) => (nodes === undefined ? site : { ...site, nodes }));
  const wishes = { name: "orders", namespace: undefined, description: undefined, owner: undefined };
  const adopted = adoptService([{ file: "orders.yaml", text }], wishes, { catalogue: [], sites: where });
  const rows = adopted.compare(adopted.service).rows.filter(({ path }) => /affinity|topologySpread/.test(path));
  return Object.fromEntries(
    rows.map(({ path, verdict }) => [
      path.replace(/^.*(Constraints|AntiAffinity)/, ""),
      verdict.list === "replaced" ? verdict.by : verdict.list === "carried over" ? "kept" : verdict.remedy,
    ]),
  );
}

const byZone =
  "topologySpreadConstraints: [{ maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule }]";

test("spreading over zones is kept where the sites state zones, and a hard rule is a preference", () => {
  expect(spreadOf(byZone, racked)).toEqual({
    "[0].maxSkew": "kept",
    "[0].topologyKey": "kept",
    "[0].whenUnsatisfiable": "a topology spread constraint over zones, ScheduleAnyway",
  });
});

test("spreading over zones is lost where the sites state none, with what to state", () => {
  const lost = spreadOf(byZone);
  expect(Object.values(lost)).toEqual(
    Array(3).fill(expect.stringMatching(/zone of each node under gemelos:site\.nodes/)),
  );
});

test("spreading over nodes is found behind that over zones", () => {
  const byNode = byZone.replace("topology.kubernetes.io/zone", "kubernetes.io/hostname");
  for (const nodes of [undefined, racked]) {
    expect(spreadOf(byNode, nodes)).toEqual({
      "[0].maxSkew": "kept",
      "[0].topologyKey": "kept",
      "[0].whenUnsatisfiable": "kept",
    });
  }
});

test("anti-affinity by zone becomes the constraint over zones", () => {
  const term = "{ topologyKey: topology.kubernetes.io/zone }";
  const apart = `affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: ${term} }] } }`;
  expect(new Set(Object.values(spreadOf(apart, racked)))).toEqual(
    new Set(["a topology spread constraint over zones, ScheduleAnyway"]),
  );
});

test("a label of somebody else's is lost", () => {
  expect(Object.values(spreadOf(byZone.replace("topology.kubernetes.io/zone", "example.org/row"), racked))).toEqual(
    Array(3).fill("add it in transforms.deployment"),
  );
});
