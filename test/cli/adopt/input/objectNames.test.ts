import { describe, expect, it } from "vitest";
import { adoptAs, plainDeployment } from "../manifests.ts";

const adopt = (further: string, deployment = plainDeployment) =>
  adoptAs("orders", [{ file: "all.yaml", text: `${deployment}---\n${further}` }]);

describe("what an object may be named", () => {
  it.each([
    "kind: ClusterRole\nmetadata: { name: 'system:Reader_1' }",
    "kind: RoleBinding\nmetadata: { name: 'orders:View' }",
    "kind: Secret\nmetadata: { name: a.b-c }",
  ])("%s is taken", (manifest) => expect(() => adopt(manifest)).not.toThrow());

  it.each([
    ["kind: ClusterRole\nmetadata: { name: 'a/b' }", /"a\/b" is refused by Kubernetes; use anything but \/ and %/],
    ["kind: Secret\nmetadata: { name: a..b }", /"a\.\.b" is refused by Kubernetes; use lower-case/],
    ["kind: Secret\nmetadata: { name: Orders }", /"Orders" is refused by Kubernetes; use lower-case/],
    ["kind: Service\nmetadata: { name: a.b }\nspec: {}", /"a\.b" is refused by Kubernetes; use at most 63/],
    [`kind: Namespace\nmetadata: { name: ${"a".repeat(64)} }`, /is refused by Kubernetes; use at most 63/],
  ])("%s is not", (manifest, message) => expect(() => adopt(manifest)).toThrow(message));
});

it.each(["", "a=b", "año"])("no variable is named %j", (name) => {
  const env = `          env: [{ name: ${JSON.stringify(name)}, value: x }]\n`;
  expect(() => adopt("kind: Secret\nmetadata: { name: s }", plainDeployment + env)).toThrow(
    /env\[0\]\.name: .*is refused by Kubernetes; a variable's name is printable ASCII/,
  );
});
