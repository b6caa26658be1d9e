import { describe, expect, it } from "vitest";
import type { AdoptedService } from "../../../cli/adopt/adopt.ts";
import { adoptText } from "./manifests.ts";

// Names that people rarely choose, and that every JavaScript object has already: `constructor`, `toString`.

const deployment = (container: readonly string[] = [], pod: readonly string[] = [], labels = "app: orders") => `
kind: Deployment
metadata: { name: orders }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { ${labels} } }
    spec:
      containers:
        - name: orders
          image: registry.example.org/orders:1
          resources: { requests: { cpu: 500m, memory: 1Gi } }
${container.map((line) => `          ${line}\n`).join("")}
${pod.map((line) => `      ${line}\n`).join("")}
`;

const configMap = "---\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { constructor: built, limit: five }\n";

function listsOf(adopted: AdoptedService, path: string): string[] {
  const rows = adopted.compare(adopted.service).rows.filter((row) => row.path.includes(path));
  return rows.map(({ verdict }) => verdict.list);
}

describe("names that every JavaScript object has", () => {
  it("variables are carried over", () => {
    const adopted = adoptText(
      deployment([
        "env:",
        "  - { name: constructor, value: a }",
        "  - { name: toString, value: b }",
        "  - { name: valueOf, valueFrom: { secretKeyRef: { name: orders, key: constructor } } }",
      ]),
    );
    expect(adopted.service.env).toEqual({ constructor: "a", toString: "b" });
    expect(adopted.service.secrets).toEqual({ valueOf: { secretName: "orders", key: "constructor" } });
    expect(new Set(listsOf(adopted, "env"))).toEqual(new Set(["carried over"]));
  });

  it("a variable that JavaScript cannot hold is listed as lost", () => {
    const adopted = adoptText(deployment(["env: [{ name: __proto__, value: a }]"]));
    expect(listsOf(adopted, "env")).toEqual(["not carried over", "not carried over"]);
  });

  it("a ConfigMap's keys are read, and a key that it lacks is not", () => {
    const variable = (key: string) =>
      `env: [{ name: LIMIT, valueFrom: { configMapKeyRef: { name: settings, key: ${key} } } }]`;
    const lacking = adoptText(deployment([variable("toString")]) + configMap);
    expect(new Set(listsOf(lacking, "env"))).toEqual(new Set(["not carried over"]));
    const held = adoptText(deployment([variable("constructor")]) + configMap);
    expect(held.service.env).toEqual({ LIMIT: "built" });
    const all = adoptText(deployment(["envFrom: [{ configMapRef: { name: settings } }]"]) + configMap);
    expect(all.service.env).toEqual({ constructor: "built", limit: "five" });
  });

  it("files of a ConfigMap are carried over", () => {
    const mounted = deployment(
      ["volumeMounts: [{ name: files, mountPath: /config }]"],
      ["volumes: [{ name: files, configMap: { name: settings } }]"],
    );
    expect(adoptText(mounted + configMap).templates).toEqual({ constructor: "built", limit: "five" });
  });

  it("fields are found in the objects themselves, not in what they inherit", () => {
    const adopted = adoptText(deployment([], [], "app: orders, constructor: a, __proto__: {}").replace("{}", '""'));
    expect(listsOf(adopted, "template.metadata.labels")).toEqual(["replaced", "carried over", "not carried over"]);
    const autoscaler =
      "---\nkind: HorizontalPodAutoscaler\nmetadata: { name: orders }\nspec: { maxReplicas: 3, metrics: [{ type: Resource, resource: { name: cpu, constructor: a } }] }\n";
    expect(listsOf(adoptText(deployment() + autoscaler), "constructor")).toEqual(["not carried over"]);
  });
});
