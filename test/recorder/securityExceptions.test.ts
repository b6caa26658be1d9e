import { expect, test } from "vitest";
import { registeredExceptions } from "../../recorder/securityExceptions.ts";

const annotations = {
  "gemelos.dev/security-exception.podSecurity": "The vendor's agent needs the node",
  "gemelos.dev/owner": "team",
};

test("what a transform lifts is told of its service, or of the object where that is the site's", () => {
  const warning = "has the security exception podSecurity: The vendor's agent needs the node";
  const labels = { "app.kubernetes.io/name": "receipts" };
  expect(registeredExceptions({ kind: "Service", metadata: { name: "receipts", labels, annotations } })).toEqual({
    service: "receipts",
    warnings: [warning],
  });
  expect(registeredExceptions({ kind: "Namespace", metadata: { name: "payments", annotations } })).toEqual({
    service: undefined,
    warnings: [`Namespace payments ${warning}`],
  });
});

test("nothing is told of an object without exceptions", () => {
  expect(registeredExceptions({ kind: "Namespace", metadata: { name: "payments" } })).toBeUndefined();
  expect(
    registeredExceptions({ kind: "Namespace", metadata: { annotations: { "gemelos.dev/owner": "team" } } }),
  ).toBeUndefined();
});
