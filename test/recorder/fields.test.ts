import { expect, test } from "vitest";
import { compareFields } from "../../recorder/fields.ts";

const zones = { topologyKey: "topology.kubernetes.io/zone", maxSkew: 1 };
const nodes = { topologyKey: "kubernetes.io/hostname", maxSkew: 1 };

test("a spread over zones that comes first does not make that over nodes look changed", () => {
  const differences = compareFields({ spread: [nodes] }, { spread: [zones, nodes] });
  expect(differences.map(({ path, one }) => [path, one])).toEqual([
    ["spread[topology.kubernetes.io/zone].topologyKey", undefined],
    ["spread[topology.kubernetes.io/zone].maxSkew", undefined],
  ]);
});
