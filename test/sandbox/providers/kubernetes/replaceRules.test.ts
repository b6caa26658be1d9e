import { describe, expect, test } from "vitest";
import { replaceRule, takesSameName } from "../../../../sandbox/providers/kubernetes/replaceRules.ts";
import type { Properties } from "../../../../sandbox/providers/protocol/values.ts";

const asOfficial = { configMap: false, secret: false };

describe.each([
  ["apps/v1", "Deployment", ["spec", "selector", "matchLabels", "app"], true],
  ["apps/v1", "Deployment", ["spec", "template", "spec", "containers", 0, "image"], false],
  ["apps/v1", "Deployment", ["spec", "replicas"], false],
  ["apps/v1", "Deployment", ["metadata", "name"], true],
  ["apps/v1", "Deployment", ["metadata", "namespace"], true],
  ["apps/v1", "Deployment", ["metadata", "labels", "app"], false],
  ["v1", "Service", ["spec", "clusterIP"], true],
  ["v1", "Service", ["spec", "ports", 0, "port"], false],
  ["v1", "Secret", ["type"], true],
  ["v1", "ResourceQuota", ["spec", "scopes", 0], true],
  ["v1", "ResourceQuota", ["spec", "hard", "pods"], false],
  ["scheduling.k8s.io/v1", "PriorityClass", ["value"], true],
  ["scheduling.k8s.io/v1", "PriorityClass", ["description"], false],
  ["rbac.authorization.k8s.io/v1", "RoleBinding", ["roleRef", "name"], true],
  ["rbac.authorization.k8s.io/v1", "RoleBinding", ["subjects", 0, "name"], false],
  ["storage.k8s.io/v1", "StorageClass", ["provisioner"], true],
  ["example.test/v1", "Deployment", ["spec", "selector"], false],
] as const)("%s %s", (apiVersion, kind, path, expected) => {
  test(`${path.join(".")} ${expected ? "makes it anew" : "is changed in place"}`, () => {
    expect(replaceRule({ apiVersion, kind }, {}, asOfficial)(path)).toBe(expected);
  });
});

test("metadata that is not known yet may bring another name", () => {
  expect(replaceRule({ apiVersion: "v1", kind: "Service" }, {}, asOfficial)(["metadata"])).toBe(true);
});

describe.each(["ConfigMap", "Secret"])("the data of a %s", (kind) => {
  const mutable = { configMap: true, secret: true };
  const rule = (inputs: Properties, mutability = asOfficial) =>
    replaceRule({ apiVersion: "v1", kind }, inputs, mutability);

  test("makes it anew, unless the provider is told that it may change", () => {
    expect(rule({})(["data", "application.yaml"])).toBe(true);
    expect(rule({}, mutable)(["data", "application.yaml"])).toBe(false);
  });

  test("makes it anew where the object itself is immutable, which cannot be taken back", () => {
    expect(rule({ immutable: true }, mutable)(["data", "a"])).toBe(true);
    expect(rule({ immutable: true }, mutable)(["immutable"])).toBe(true);
  });
});

test("the old object goes first only where the new one has its name", () => {
  const named = (name: string, namespace: string) => ({ metadata: { name, namespace } });
  expect(takesSameName(named("a", "play"), named("a", "play"))).toBe(true);
  expect(takesSameName(named("a", "play"), named("b", "play"))).toBe(false);
  expect(takesSameName(named("a", "play"), named("a", "other"))).toBe(false);
});
