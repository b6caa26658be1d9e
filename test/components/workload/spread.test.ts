import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { SiteNode } from "../../../components/siteData.ts";
import { spreadConstraints } from "../../../components/workload/spread.ts";

type Node = Pick<SiteNode, "role" | "kind" | "zone">;

const zone = "topology.kubernetes.io/zone";
const host = "gemelos.dev/host";
const node = "kubernetes.io/hostname";

/** `topologyKey whenUnsatisfiable` of each constraint. */
function spread(nodes: readonly Node[] | undefined, how: "prefer" | "require"): string[] {
  return spreadConstraints({ name: "receipts", spread: how }, nodes).map(
    ({ topologyKey, whenUnsatisfiable }) => `${topologyKey} ${whenUnsatisfiable}`,
  );
}

const metal: Node = { role: "worker" };
const racked: Node = { role: "worker", kind: "metal", zone: "rack-a" };
const vm: Node = { role: "worker", kind: "vm" };
const rackedVm: Node = { ...vm, zone: "rack-a" };

test.each<[string, Node[] | undefined, string[], string[]]>([
  ["no inventory", undefined, [`${node} ScheduleAnyway`], [`${node} DoNotSchedule`]],
  ["no racks", [metal], [`${node} ScheduleAnyway`], [`${node} DoNotSchedule`]],
  [
    "racks",
    [racked],
    [`${zone} ScheduleAnyway`, `${node} ScheduleAnyway`],
    [`${zone} ScheduleAnyway`, `${node} DoNotSchedule`],
  ],
  [
    "VMs that share hosts",
    [vm, metal],
    [`${host} ScheduleAnyway`, `${node} ScheduleAnyway`],
    [`${host} DoNotSchedule`, `${node} ScheduleAnyway`],
  ],
  [
    "both",
    [rackedVm],
    [`${zone} ScheduleAnyway`, `${host} ScheduleAnyway`, `${node} ScheduleAnyway`],
    [`${zone} ScheduleAnyway`, `${host} DoNotSchedule`, `${node} ScheduleAnyway`],
  ],
])("a site with %s", (_, nodes, preferred, required) => {
  expect(spread(nodes, "prefer")).toEqual(preferred);
  expect(spread(nodes, "require")).toEqual(required);
});

test("a control plane on VMs does not count: no service runs there", () => {
  expect(spread([metal, { role: "control-plane", kind: "vm", zone: "rack-a" }], "prefer")).toEqual([
    `${node} ScheduleAnyway`,
  ]);
});

test("a must counts the machines alone on which pods may run, in every site", () => {
  const policies = (nodes: readonly Node[]) =>
    spreadConstraints({ name: "receipts", spread: "require" }, nodes).map(
      ({ topologyKey, nodeTaintsPolicy }) => `${topologyKey} ${nodeTaintsPolicy ?? "none"}`,
    );
  expect(policies([racked])).toEqual([`${zone} none`, `${node} Honor`]);
  expect(policies([vm])).toEqual([`${host} Honor`, `${node} none`]);
  expect(policies([metal])).toEqual([`${node} Honor`]);
});

const nodesArbitrary = fc.array(
  fc.record<Node, "role">(
    {
      role: fc.constantFrom("worker", "control-plane"),
      kind: fc.constantFrom("metal", "vm"),
      zone: fc.constantFrom("rack-a", "rack-b", "rack-c"),
    },
    { requiredKeys: ["role"] },
  ),
);

test("a required spread is hard at exactly one level, a preferred one at none, and both have the same levels", () => {
  fc.assert(
    fc.property(nodesArbitrary, (nodes) => {
      const [preferred, required] = [spread(nodes, "prefer"), spread(nodes, "require")];
      const hard = (all: readonly string[]) => all.filter((each) => each.endsWith("DoNotSchedule"));
      expect(hard(preferred)).toEqual([]);
      expect(hard(required)).toHaveLength(1);
      expect(hard(required)[0]).not.toContain(zone);
      expect(required.map((each) => each.split(" ")[0])).toEqual(preferred.map((each) => each.split(" ")[0]));
    }),
  );
});

test("how many nodes there are, in which order and in which racks, changes nothing", () => {
  fc.assert(
    fc.property(nodesArbitrary, fc.constantFrom("prefer" as const, "require" as const), (nodes, how) => {
      const others = nodes.map((each) => (each.zone === undefined ? each : { ...each, zone: "room-7" }));
      expect(spread([...others, ...others].reverse(), how)).toEqual(spread(nodes, how));
    }),
  );
});
