import { expect, test } from "vitest";
import { type DriftReport, formatDrift, formatDriftJson } from "../../../cli/drift/report.ts";

const nothing: DriftReport = {
  ...{ site: "dc1", context: "tax-dc1", objects: 91 },
  ...{ drifted: [], missing: [], unknown: [], containers: [], unreadable: [] },
};
const manager = { name: "kubectl-edit", operation: "Update", subresource: "", time: "2026-11-26T05:00:00Z" };
const object = { apiVersion: "v1", kind: "ConfigMap", namespace: "payments", name: "card" };

function withValue(live: string): DriftReport {
  const path = [{ field: "data" }, { field: "note" }];
  const field = { kind: "changed" as const, path, rendered: "as it was", live, manager };
  return { ...nothing, drifted: [{ object, fields: [field], rendered: {}, live: {}, target: {}, path: "/" }] };
}

test("nothing left is one line", () => {
  expect(formatDrift(nothing)).toBe(
    "drift: all 91 objects of dc1 are as rendered, and nothing else is in their namespaces\n",
  );
});

test("a table has object, field, both values, who and when; long values are cut, in JSON they are whole", () => {
  const long = "ñ".repeat(500);
  expect(formatDrift(withValue(long))).toMatchInlineSnapshot(`
    "drift: 1 field in 1 object not as rendered

    object                   field      rendered   live                                      who           when
    ConfigMap payments/card  data.note  as it was  ${"ñ".repeat(37)}...  kubectl-edit  2026-11-26T05:00:00Z
    "
  `);
  expect(formatDriftJson(withValue(long))).toContain(long);
});

test("what is in a cluster never acts on the terminal", () => {
  const text = formatDrift(withValue("\u001b[2Jgone\r\n\u202eevil\u009b1m"));
  for (const character of "\u001b\u009b\u202e\r") expect(text).not.toContain(character);
  expect(text).toContain("\\u001b[2Jgone\\u000d\\n\\u202eevil\\u009b1m");
});

test("unknown objects have the command that deletes them, quoted where a shell needs it", () => {
  const unknown = {
    ...{ object: { ...object, kind: "RoleBinding", name: "it's me" }, manager, created: manager.time },
    resource: "rolebindings.rbac.authorization.k8s.io",
  };
  expect(formatDrift({ ...nothing, unknown: [unknown] })).toContain(
    "  kubectl --context tax-dc1 --namespace payments delete rolebindings.rbac.authorization.k8s.io 'it'\\''s me'\n",
  );
});

test("what was healed is said object by object, and why something was not", () => {
  const healed = [
    { object, restored: ["data.note"], removed: ["metadata.labels[mine]"], failure: undefined },
    { object, restored: [], removed: [], failure: "changed meanwhile; run the command again" },
  ];
  expect(formatDrift({ ...nothing, healed })).toMatchInlineSnapshot(`
    "ConfigMap payments/card: restored data.note; removed metadata.labels[mine]
    ConfigMap payments/card was not put right: changed meanwhile; run the command again

    drift: all 91 objects of dc1 are as rendered, and nothing else is in their namespaces
    "
  `);
});
