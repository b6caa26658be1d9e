import { expect, it } from "vitest";
import { driftLine, handMade } from "../../../delivery/deployment/drift.ts";

const object = { apiVersion: "apps/v1", kind: "Deployment", namespace: "payments", name: "card-payments" };
const difference = { object, field: "spec.replicas", kind: "changed", rendered: 2, live: 9 };

it("is what others than the engine have set: what the engine has set the commit changes, and what nobody has set it adds", () => {
  const report = {
    differences: [
      { ...difference, manager: "kubectl-edit", time: "2026-11-26T10:00:00Z" },
      { ...difference, field: "spec.template", manager: "pulumi-kubernetes-1a2b3c4d" },
      { ...difference, field: "spec.paused", manager: undefined },
    ],
    missing: [{ apiVersion: "v1", kind: "Namespace", name: "payments" }],
  };
  const drift = handMade(report);
  expect(drift).toEqual({
    changed: ["Deployment payments/card-payments spec.replicas (kubectl-edit, 2026-11-26T10:00:00Z)"],
    missing: ["Namespace payments"],
  });
  expect(driftLine(drift, false)).toContain("1 field was changed by hand; --heal puts that right:");
  expect(driftLine(drift, false)).not.toContain("9");
});

it("says so where there is none", () => {
  expect(driftLine(handMade({ differences: [], missing: [] }), false)).toBe("nothing was changed by hand");
});

it("says where it is put right anyway, after a deployment that was not verified", () => {
  const drift = {
    changed: ["Deployment payments/card-payments spec.replicas (kubectl-edit)"],
    missing: ["Namespace x"],
  };
  expect(driftLine(drift, true)).toContain("1 field was changed by hand; the plan puts that right, since the state is");
  expect(driftLine(drift, true)).not.toContain("--heal");
});
