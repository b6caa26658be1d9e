import { describe, expect, it } from "vitest";
import type { PathStep } from "../../../cli/drift/fieldPath.ts";
import { withoutSecretValues } from "../../../cli/drift/hideSecrets.ts";
import type { Plain } from "../../../recorder/registeredResource.ts";

/** What is shown of a value at a path of fields; `#` stands before the name of a list's item. */
function shown(kind: string, path: readonly string[], value: Plain): Plain {
  const steps = path.map((step): PathStep => (step.startsWith("#") ? { item: step.slice(1) } : { field: step }));
  return withoutSecretValues(kind, steps, value);
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const container = ["spec", "template", "spec", "containers", "#receipts"];

describe("a live value that drift shows", () => {
  it.each(["data", "stringData"])("has none of a Secret's %s, and says which keys there are", (field) => {
    expect(shown("Secret", [field], { A: "planted", B: "planted" })).toEqual({ A: "[secret]", B: "[secret]" });
    expect(shown("Secret", [field, "A"], "planted")).toBe("[secret]");
  });

  it("has what other kinds and other fields hold", () => {
    expect(shown("ConfigMap", ["data"], { A: "open" })).toEqual({ A: "open" });
    expect(shown("Secret", ["type"], "Opaque")).toBe("Opaque");
    expect(shown("Secret", ["metadata", "labels"], { data: "open" })).toEqual({ data: "open" });
  });

  it("has no variable's value whose name says that it is secret, whether alone, in its list or in its pod", () => {
    const env = [
      { name: "DB_PASSWORD", value: "planted" },
      { name: "DB_HOST", value: "open" },
      { name: "API_KEY", valueFrom: { secretKeyRef: { name: "receipts", key: "API_KEY" } } },
    ];
    const hidden = [{ name: "DB_PASSWORD", value: "[secret]" }, ...env.slice(1)];
    expect(shown("Deployment", [...container, "env"], env)).toEqual(hidden);
    expect(shown("Deployment", ["spec"], { containers: [{ name: "a", env }] })).toEqual({
      containers: [{ name: "a", env: hidden }],
    });
    expect(shown("Deployment", [...container, "env", "#DB_PASSWORD", "value"], "planted")).toBe("[secret]");
    expect(shown("Deployment", [...container, "env", "#DB_PASSWORD", "name"], "DB_PASSWORD")).toBe("DB_PASSWORD");
    expect(shown("Deployment", [...container, "env", "#DB_HOST", "value"], "open")).toBe("open");
    expect(shown("Deployment", ["DB_PASSWORD", "x", "value"], "open")).toBe("open");
  });

  it("has nothing of kubectl's copy of the whole manifest", () => {
    const annotations = { [lastApplied]: '{"data":"planted"}', other: "open" };
    expect(shown("Secret", ["metadata"], { annotations })).toEqual({
      annotations: { [lastApplied]: "[secret]", other: "open" },
    });
    expect(shown("Secret", ["metadata", "annotations", lastApplied], "planted")).toBe("[secret]");
  });

  it("has no secret that somebody typed into a text, such as an argument or a configuration file", () => {
    const file = "spring.datasource.password=planted\nserver.port=7137\n";
    const live = { "a.properties": file, url: "jdbc:postgresql://db/x?user=a&password=planted" };
    expect(JSON.stringify(shown("ConfigMap", ["data"], live))).not.toContain("planted");
    expect(JSON.stringify(shown("ConfigMap", ["data"], live))).toContain("server.port=7137");
    expect(shown("Deployment", [...container, "args", "0"], "--db.password=planted")).not.toContain("planted");
  });
});
