import { expect, it } from "vitest";
import { orderProblems } from "../../../delivery/deployment/investigate.ts";

it("the order of the sites names each site, and no other", () => {
  expect(orderProblems(["dc2", "dc1"], ["dc1", "dc2"])).toEqual([]);
  expect(orderProblems(["dc2", "dc3"], ["dc1", "dc2"])).toEqual([
    "delivery.yaml: order: dc3 is no site; the sites are dc1, dc2",
    "delivery.yaml: order: dc1 is missing; add it where a commit is to reach it",
  ]);
});
