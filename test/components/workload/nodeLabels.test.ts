import { expect, test } from "vitest";
import { nodeLabels } from "../../../components/workload/nodeLabels.ts";

test("a VM carries its host's name, a physical machine its own, and a zone only where one is stated", () => {
  expect(nodeLabels({ name: "w1.dc1.tax.example", host: "h1.dc1.tax.example", zone: "rack-a" })).toEqual({
    "kubernetes.io/hostname": "w1.dc1.tax.example",
    "gemelos.dev/host": "h1.dc1.tax.example",
    "topology.kubernetes.io/zone": "rack-a",
  });
  expect(nodeLabels({ name: "w2.dc1.tax.example" })).toEqual({
    "kubernetes.io/hostname": "w2.dc1.tax.example",
    "gemelos.dev/host": "w2.dc1.tax.example",
  });
});
