import { expect, test } from "vitest";
import { priorityClasses } from "../../../components/cluster/priorityClass.ts";

test("the priority classes are the three of the descriptions, in their order, none of them the default", () => {
  const byValue = priorityClasses.toSorted((a, b) => b.value - a.value).map(({ metadata }) => metadata.name);
  expect(byValue).toEqual(["citizen-facing", "standard", "batch"]);
  for (const { value, globalDefault } of priorityClasses) {
    expect(value).toBeLessThan(1_000_000_000);
    expect(globalDefault).toBe(false);
  }
});
