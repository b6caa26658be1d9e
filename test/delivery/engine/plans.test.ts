import { describe, expect, it } from "vitest";
import { planViolations, withoutPlannedValues } from "../../../delivery/engine/plans.ts";

const urn =
  "urn:pulumi:dc1::gemelos::gemelos:index:JavaMicroservice$kubernetes:apps/v1:Deployment::receipts-deployment";

describe("planViolations", () => {
  it("tells a resource that is not as planned, without the values", () => {
    const message = `resource ${urn} violates plan: properties changed: ~~spec[{map[password:{hunter2}]}!={map[]}], =+data[{x}]`;
    expect(planViolations([`receipts (receipts-deployment): ${message}`, "update failed"])).toEqual([
      { resource: "receipts-deployment", what: "spec changed (values are not shown)" },
    ]);
  });

  it("tells an operation that nobody planned", () => {
    const message = "create is not allowed by the plan: no steps were expected for this resource";
    expect(planViolations([`receipts (receipts-service): ${message}`])).toEqual([
      { resource: "receipts-service", what: message },
    ]);
    expect(planViolations([`taxpayers: ${message}`])).toEqual([{ resource: "taxpayers", what: message }]);
  });

  it("tells what was planned and did not come up", () => {
    expect(planViolations([`expected resource operations for ${urn} but none were seen`])).toEqual([
      { resource: "receipts-deployment", what: "was planned and did not come up" },
    ]);
  });

  it("is empty where the engine failed for another reason", () => {
    expect(planViolations(["receipts (receipts-deployment): 2 errors occurred", "update failed"])).toEqual([]);
  });
});

describe("withoutPlannedValues", () => {
  it.each([
    [`resource ${urn} violates plan: properties changed: =+data[{&{{hunter2}}}]`],
    [`resource ${urn} violates plan: properties changed: ++a, ~-data[{[]hunter2, =+b[]}]`],
    [`resource ${urn} violates plan: importID changed (expected hunter2)`],
    [`resource ${urn} violates plan: dependencies for data changed: added hunter2`],
    [`resource violates plan: properties changed: =+data[hunter2\nhunter2]`],
  ])("keeps no value of %s", (message) => {
    expect(withoutPlannedValues(message)).not.toContain("hunter2");
    expect(withoutPlannedValues(message)).toMatch(/changed/);
  });

  it("leaves other messages as they are", () => {
    expect(withoutPlannedValues("the plan is [fine]")).toBe("the plan is [fine]");
  });
});
