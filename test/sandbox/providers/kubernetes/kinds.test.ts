import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatId, kindOf, objectFailures, parseId } from "../../../../sandbox/providers/kubernetes/kinds.ts";
import { unknownValue } from "../../../../sandbox/providers/protocol/values.ts";

test.each([
  ["kubernetes:core/v1:Namespace", "v1", "Namespace"],
  ["kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"],
  ["kubernetes:networking.k8s.io/v1:NetworkPolicy", "networking.k8s.io/v1", "NetworkPolicy"],
  ["kubernetes:gateway.networking.k8s.io/v1:HTTPRoute", "gateway.networking.k8s.io/v1", "HTTPRoute"],
  ["kubernetes:external-secrets.io/v1:ExternalSecret", "external-secrets.io/v1", "ExternalSecret"],
  ["kubernetes:apiregistration.k8s.io/v1:APIService", "apiregistration.k8s.io/v1", "APIService"],
  [
    "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1",
    "MutatingWebhookConfiguration",
  ],
])("%s is handled", (type, apiVersion, kind) => {
  expect(kindOf(type)).toEqual({ apiVersion, kind });
});

test.each([
  "kubernetes:batch/v1:Job",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:extensions/v1beta1:Ingress",
  "kubernetes:core/v1:ConfigMapPatch",
  "kubernetes:core/v1:ConfigMapList",
  "kubernetes:helm.sh/v3:Release",
  "kubernetes:yaml/v2:ConfigFile",
  "kubernetes:kustomize:Directory",
])("%s is refused by name, with what is handled", (type) => {
  expect(() => kindOf(type)).toThrow(RegExp(`^type "${type}" is not handled .*v1 Namespace`));
});

test("an id says where the object is", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/);
  fc.assert(
    fc.property(fc.option(name, { nil: undefined }), name, (namespace, own) => {
      expect(parseId(formatId({ namespace, name: own }))).toEqual({ namespace, name: own });
    }),
  );
});

describe("what is wrong with an object", () => {
  const kind = { apiVersion: "v1", kind: "ConfigMap" };
  const failing = (inputs: Parameters<typeof objectFailures>[1]) =>
    objectFailures(kind, inputs).map(({ property }) => property);

  test("a name is never made up", () => {
    expect(failing({})).toEqual(["metadata.name"]);
    expect(failing({ metadata: { name: "" } })).toEqual(["metadata.name"]);
    expect(failing({ metadata: { generateName: "a-" } })).toEqual(["metadata.name"]);
  });

  test("a name that is not known yet is none of it", () => {
    expect(failing({ metadata: unknownValue })).toEqual([]);
    expect(failing({ metadata: { name: unknownValue } })).toEqual([]);
  });

  test("another kind, a status, and an annotation that would do nothing", () => {
    expect(
      failing({
        apiVersion: "v2",
        kind: "Secret",
        metadata: { name: "a", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        status: {},
      }),
    ).toEqual(["apiVersion", "kind", "status", 'metadata.annotations["pulumi.com/waitFor"]']);
  });
});
