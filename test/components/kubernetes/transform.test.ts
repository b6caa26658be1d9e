import { expect, test } from "vitest";
import type { ServiceAccountManifest } from "../../../components/kubernetes/manifests.ts";
import { applyTransform, type Transform } from "../../../components/kubernetes/transform.ts";
import { serviceAccountManifest } from "../../../components/workload/serviceAccount.ts";
import { resolved } from "../../support/fixtures.ts";

const generated = serviceAccountManifest(resolved());

/** A manifest whose fields Git wins. */
const forced = (manifest: ServiceAccountManifest) => ({
  ...manifest,
  metadata: { ...manifest.metadata, annotations: { "pulumi.com/patchForce": "true" } },
});

test("without a transform the manifest is registered as it was generated, with forced apply", () => {
  expect(applyTransform(undefined, generated, "receipts")).toEqual(forced(generated));
});

test("a transform may state otherwise whether its object is applied by force", () => {
  const annotations = { "pulumi.com/patchForce": "false" };
  const polite = (manifest: ServiceAccountManifest) => ({
    ...manifest,
    metadata: { ...manifest.metadata, annotations },
  });
  expect(applyTransform(polite, generated, "receipts").metadata.annotations).toEqual(annotations);
});

test("a transform may change the manifest that it gets, since that is a copy", () => {
  const before = structuredClone(generated);
  const mount = (manifest: ServiceAccountManifest) => {
    manifest.automountServiceAccountToken = true;
    return manifest;
  };
  const result = applyTransform(mount, generated, "receipts");
  expect(result).toEqual(forced({ ...before, automountServiceAccountToken: true }));
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
