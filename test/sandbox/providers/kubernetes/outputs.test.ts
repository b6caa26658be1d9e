import { expect, test } from "vitest";
import { previewOfNew, secretPaths, stateOf } from "../../../../sandbox/providers/kubernetes/outputs.ts";
import { unknownValue, valueAt } from "../../../../sandbox/providers/protocol/values.ts";

test("the state holds the object without the record of who owns which field", () => {
  const live = { metadata: { name: "a", managedFields: [{ manager: "x" }] }, spec: {} };
  expect(stateOf(live)).toEqual({ metadata: { name: "a" }, spec: {} });
});

test("what a dry run makes up is not known before the object is there", () => {
  const inputs = { metadata: { name: "a" }, spec: { selector: { app: "a" } } };
  const answer = {
    metadata: { name: "a", uid: "made-up" },
    spec: { selector: { app: "a" }, clusterIP: "10.96.0.9", type: "ClusterIP" },
  };
  const preview = previewOfNew(inputs, answer);
  expect(valueAt(preview, ["metadata", "uid"])).toBe(unknownValue);
  expect(valueAt(preview, ["spec", "clusterIP"])).toBe(unknownValue);
  expect(valueAt(preview, ["spec", "type"])).toBe("ClusterIP");
  expect(valueAt(preview, ["metadata", "name"])).toBe("a");
});

test("an address that is stated is known, and an object that could not be tried has no uid yet", () => {
  const inputs = { metadata: { name: "a" }, spec: { clusterIP: "None" } };
  expect(valueAt(previewOfNew(inputs), ["spec", "clusterIP"])).toBe("None");
  expect(valueAt(previewOfNew(inputs), ["metadata", "uid"])).toBe(unknownValue);
});

test("all that a Secret holds is secret, and of anything else what was secret in its inputs", () => {
  const secret = {
    data: { a: "eA==" },
    metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } },
  };
  expect(secretPaths({ apiVersion: "v1", kind: "Secret" }, secret, [])).toEqual([
    ["data"],
    ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
  ]);
  expect(secretPaths({ apiVersion: "v1", kind: "ConfigMap" }, secret, [["data", "a"]])).toEqual([["data", "a"]]);
});
