import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, test } from "vitest";
import { DeploymentReport, formatChanges } from "../../../delivery/engine/report.ts";

const stack = "urn:pulumi:dc1::gemelos::pulumi:pulumi:Stack::gemelos-dc1";
const service = "urn:pulumi:dc1::gemelos::gemelos:index:JavaMicroservice::receipts";
const deployment =
  "urn:pulumi:dc1::gemelos::gemelos:index:JavaMicroservice$kubernetes:apps/v1:Deployment::receipts-deployment";

/** An event of the engine, in the fields that a report reads. */
function event(content: object): EngineEvent {
  return { sequence: 1, timestamp: 1, ...content };
}

function step(op: string, urn: string, parent: string, more: object = {}) {
  return { metadata: { op, urn, type: urn.split("::")[2], new: { parent }, ...more } };
}

test("what is under way is named by its service, until it is done", () => {
  const report = new DeploymentReport();
  report.add(
    event({ resourcePreEvent: step("update", deployment, service, { detailedDiff: { "spec.replicas": {} } }) }),
  );
  expect(report.underWay).toEqual(["receipts"]);
  report.add(event({ resOutputsEvent: step("update", deployment, service) }));
  expect(report.underWay).toEqual([]);
  expect(report.finished).toEqual(["update receipts-deployment"]);
  expect(report.changes).toMatchObject([
    { name: "receipts-deployment", operation: "update", fields: ["spec.replicas"] },
  ]);
});

test("an error names the service and the object; one of the whole stack names neither, and each is told once", () => {
  const report = new DeploymentReport();
  report.add(event({ resourcePreEvent: step("update", deployment, service) }));
  const refused = {
    urn: deployment,
    severity: "error",
    message: "<{%reset%}>exceeded quota<{%reset%}>\n",
    color: "never",
  };
  for (let time = 0; time < 2; time += 1) report.add(event({ diagnosticEvent: refused }));
  report.add(event({ diagnosticEvent: { ...refused, urn: stack, message: "update failed" } }));
  report.add(event({ diagnosticEvent: { ...refused, ephemeral: true, message: "waiting" } }));
  report.add(event({ diagnosticEvent: { ...refused, severity: "warning", message: "slow" } }));
  expect(report.errors).toEqual(["receipts (receipts-deployment): exceeded quota", "update failed"]);
  expect(report.warnings).toEqual(["receipts (receipts-deployment): slow"]);
});

test("an error about a backend or a registry shows no login", () => {
  const report = new DeploymentReport();
  const message = "cannot open postgres://pulumi:s3cret@10.1.10.11:5432/state";
  report.add(event({ diagnosticEvent: { urn: "", severity: "error", message, color: "never" } }));
  expect(report.errors.join()).toContain("cannot open postgres://[hidden]@10.1.10.11:5432/state");
});

test("a refresh tells what has drifted and changes nothing", () => {
  const report = new DeploymentReport();
  report.add(event({ resourcePreEvent: step("refresh", deployment, service) }));
  report.add(event({ resOutputsEvent: step("update", deployment, service) }));
  report.add(event({ resourcePreEvent: step("refresh", service, stack) }));
  report.add(event({ resOutputsEvent: step("same", service, stack) }));
  expect(report.drifted).toEqual(["receipts-deployment"]);
  expect(report.changes).toEqual([]);
});

test("counts read as a sentence", () => {
  expect(formatChanges({ same: 3, create: 60 })).toBe("60 created, 3 unchanged");
  expect(formatChanges({})).toBe("nothing");
});
