import { expect, test } from "vitest";
import { planConfigMap } from "../../../components/catalogue/templates.ts";
import type { ServiceAccountManifest } from "../../../components/kubernetes/manifests.ts";
import { applyTransform, configMapWithTransform } from "../../../components/kubernetes/transform.ts";
import type { Transform } from "../../../components/microservice.ts";
import { serviceAccountManifest } from "../../../components/workload/service.ts";
import { resolved } from "../../support/fixtures.ts";

const planned = serviceAccountManifest(resolved());

test("without a transform the plan is registered", () => {
  expect(applyTransform(undefined, planned)).toBe(planned);
});

test("a transform may change the manifest that it gets, since that is a copy", () => {
  const before = structuredClone(planned);
  const result = applyTransform((manifest) => {
    manifest.automountServiceAccountToken = true;
    return manifest;
  }, planned);
  expect(result).toEqual({ ...before, automountServiceAccountToken: true });
  expect(planned).toEqual(before);
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
  expect(() => applyTransform(transform, planned)).toThrow(/serviceAccount.*returned no manifest/i);
});

test("a ConfigMap whose content a transform changes gets the name of that content", () => {
  const files = { a: "1" };
  const service = resolved({
    transforms: { configMap: (manifest) => ({ ...manifest, data: { ...manifest.data, b: "2" } }) },
  });
  const changed = configMapWithTransform(service, planConfigMap(service, files));
  expect(changed.metadata.name).toBe(planConfigMap(service, { a: "1", b: "2" }).metadata.name);
  expect(changed.metadata.name).not.toBe(planConfigMap(service, files).metadata.name);
});

test("a ConfigMap that its transform renames keeps that name", () => {
  const service = resolved({
    transforms: { configMap: (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, name: "mine" } }) },
  });
  expect(configMapWithTransform(service, planConfigMap(service, { a: "1" })).metadata.name).toBe("mine");
});

test("binary data that a transform adds is content too: the ConfigMap is another one", () => {
  const service = resolved({
    transforms: { configMap: (manifest) => ({ ...manifest, binaryData: { "trust.p12": "AAAA" } }) },
  });
  const before = planConfigMap(service, { "a.yaml": "a" });
  expect(configMapWithTransform(service, before).metadata.name).not.toBe(before.metadata.name);
});
