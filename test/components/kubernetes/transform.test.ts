import { expect, test } from "vitest";
import type { ServiceAccountManifest } from "../../../components/kubernetes/manifests.ts";
import { applyTransform, type Transform } from "../../../components/kubernetes/transform.ts";
import { serviceAccountManifest } from "../../../components/workload/serviceAccount.ts";
import { resolved } from "../../support/fixtures.ts";

const generated = serviceAccountManifest(resolved());

test("without a transform the manifest is registered as it was generated", () => {
  expect(applyTransform(undefined, generated, "receipts")).toBe(generated);
});

test("a transform may change the manifest that it gets, since that is a copy", () => {
  const before = structuredClone(generated);
  const mount = (manifest: ServiceAccountManifest) => {
    manifest.automountServiceAccountToken = true;
    return manifest;
  };
  const result = applyTransform(mount, generated, "receipts");
  expect(result).toEqual({ ...before, automountServiceAccountToken: true });
  expect(generated).toEqual(before);
});

/** What a JavaScript author hands over is a function to the checks; what it returns nobody has looked at. */
function isTransform(value: unknown): value is Transform<ServiceAccountManifest> {
  return typeof value === "function";
}

test.each<[string, unknown]>([
  ["nothing", () => undefined],
  ["null", () => null],
  ["text", () => "text"],
  ["no metadata", () => ({ kind: "ServiceAccount" })],
])("a transform that returns %s is refused, and the message says which", (_, transform) => {
  expect.assert(isTransform(transform));
  expect(() => applyTransform(transform, generated, "receipts")).toThrow(
    /receipts: transforms\.serviceAccount: returned no manifest/,
  );
});
