import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../components/diagnostic.ts";
import { adoptRun, adoptText } from "./manifests.ts";

/** A sound manifest, to which a case does one wrong thing. */
const sound = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: orders
          image: registry.example.org/orders:1
          ports:
            - name: http
              containerPort: 8080
          resources:
            requests:
              cpu: 100m
              memory: 512Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
`;

const service = `---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - name: http
      port: 80
      targetPort: http
`;

function replaced(from: string, to: string): string {
  if (!sound.includes(from)) throw new Error(`the manifest does not contain ${JSON.stringify(from)}`);
  return sound.replace(from, to);
}

function problemsOf(text: string): string[] {
  try {
    adoptRun(text);
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.diagnostics.map(({ file, path, message }) => `${file}: ${path}: ${message}`);
  }
}

const cases: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ["no YAML at all", "@@@ not yaml", /line 1: is not YAML: .*; correct the YAML/],
  ["a text", "just words", /line 1: "just words" is no Kubernetes object; a manifest is a map/],
  [
    "an unknown anchor",
    replaced("app: orders\n  template", "app: *missing\n  template"),
    /line 8: is not YAML: .*\* and is no anchor's name; put it in quotes/,
  ],
  [
    "anchors that multiply",
    `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nkind: Deployment\n`,
    /document 1: repeats its anchors more than 100 times; write the values out/,
  ],
  ["tabs", replaced("  name: orders", "\tname: orders"), /line 4: is not YAML: Tabs .*; indent with spaces/],
  [
    "a key twice",
    replaced("kind: Deployment", "kind: Deployment\nkind: Deployment"),
    /line 3: is not YAML: the key "kind" in column 1 stands in its map already; keep one of them/,
  ],
  [
    "a key twice, once as a number",
    `${sound}---\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  1: "a"\n  "1": "b"\n`,
    /line 33: is not YAML: the key "1" in column 3 stands in its map already/,
  ],
  [
    "a key twice in JSON",
    '{\n  "kind": "Deployment",\n  "metadata": { "name": "orders",\n    "name": "others" } }',
    /line 4: is not YAML: the key "name" in column 5 stands in its map already/,
  ],
  [
    "a tag that would end its line in the sites' files",
    replaced("orders:1", '"orders:1 #"').replace('registry.example.org/"', '"registry.example.org/'),
    /containers\[0\]\.image: "registry\.example\.org\/orders:1 #" has no tag that a registry takes; write name:tag/,
  ],
  [
    "an object that no cluster stores",
    `${sound}---\nkind: ConfigMap\nmetadata: { name: c }\ndata: { a: "${"x".repeat(5_000_000)}" }\n`,
    /line 29: holds 5\.0 MB, and Kubernetes takes no object of more than 3 MiB/,
  ],
  ["an empty file", "", /holds no Kubernetes object; give a file/],
  ["documents without content", "---\n---\n# nothing\n", /holds no Kubernetes object/],
  ["a List without a Deployment", "kind: List\nitems: []\n", /there is no Deployment among them; give the file/],
  ["a List of something else", "kind: List\nitems: [7]\n", /line 2: items\[0\]: 7 is no Kubernetes object/],
  [
    "a Helm template",
    replaced("name: orders", "name: {{ .Values.name }}"),
    /line 4: "name: \{\{ \.Values\.name \}\}" is a Helm template.*helm template/,
  ],
  ["a Helm block", `{{- if .Values.enabled }}\n${sound}{{- end }}\n`, /line 1: .* is a Helm template/],
  [
    "a Deployment twice",
    `${sound}---\n${sound}`,
    /line 32: Deployment\/orders: metadata\.name: Deployment orders stands in orders\.yaml already; give it once/,
  ],
  [
    "two Deployments of one name in two namespaces",
    `${sound.replace("name: orders", "name: orders\n  namespace: a")}---\n${sound.replace("name: orders", "name: orders\n  namespace: b")}`,
    /line 4: .*"orders" would be the service of b\/orders too; choose one, --service a\/orders, or .*--service NAME=a\/orders\n.*line 33: .*of a\/orders too/,
  ],
  [
    "a service that the catalogue has",
    replaced("name: orders", "name: receipts"),
    /line 4: Deployment\/receipts: metadata\.name: services\/receipts already exists and will not be overwritten; leave it out, or give/,
  ],
  [
    "two names that this project does not allow",
    `${replaced("name: orders", `name: ${"x".repeat(41)}`)}---\n${replaced("name: orders", "name: 1.orders")}`,
    /at most 40 characters.*; give the service another name: --service NAME=x+\n.*"1\.orders" must be a DNS label/,
  ],
  ["a StatefulSet", replaced("kind: Deployment", "kind: StatefulSet"), /there is no Deployment among them/],
  [
    "a map that holds itself",
    "kind: Deployment\nmetadata: { name: a }\nspec: &s { template: *s }\n",
    /document 1: is nested more than 100 deep, or holds itself by an anchor/,
  ],
  [
    "lists in lists",
    `kind: Deployment\nspec: ${"[".repeat(5000)}${"]".repeat(5000)}\n`,
    /is nested more than 100 deep/,
  ],
  [
    "lists in lists that can be read",
    `kind: Deployment\nspec: ${"[".repeat(500)}${"]".repeat(500)}\n`,
    /is nested more than 100 deep/,
  ],
  [
    "a name that is no text",
    replaced("name: orders", "name: no"),
    /line 4: metadata\.name: false must be text; put it in quotes \(YAML reads yes/,
  ],
  [
    "a recipe of kustomize",
    "kind: Kustomization\nresources: [a.yaml]\n",
    /line 1: kind: Kustomization is a recipe .*kubectl kustomize FOLDER > manifests\.yaml/,
  ],
  [
    "values of a chart",
    "replicaCount: 1\n",
    /line 1: kind: is missing; .*name the manifest files instead of their folder/,
  ],
  ["no kind", replaced("kind: Deployment\n", ""), /line 1: kind: is missing; say what the object is/],
  [
    "no name",
    replaced("  name: orders\nspec", "  labels: {}\nspec"),
    /metadata\.name: is missing; every object has a name/,
  ],
  [
    "a name of other letters",
    replaced("name: orders", "name: declaración"),
    /line 4: metadata\.name: "declaración" is refused by Kubernetes/,
  ],
  [
    "a quantity with a wrong unit",
    replaced("512Mi", "512MB"),
    /line 23: .*requests\.memory: "512MB" is refused by Kubernetes; write a quantity/,
  ],
  ["a negative quantity", replaced("100m", '"-1"'), /line 22: .*requests\.cpu: "-1" must not be negative/],
  ["a quantity beyond reason", replaced("100m", "1e999"), /line 22: .*requests\.cpu: "1e999" is refused by Kubernetes/],
  [
    "a number without an end",
    replaced("100m", ".inf"),
    /document 1: holds a value that JSON does not know; write text, numbers/,
  ],
  [
    "a limit below its request",
    replaced("            requests:", "            limits: { memory: 1Mi }\n            requests:"),
    /limits\.memory: "1Mi" is below the request "512Mi"/,
  ],
  [
    "a probe's port that has no name",
    replaced("port: http\n", "port: web\n"),
    /line 27: .*readinessProbe\.httpGet\.port: "web" is the name of no port of container orders \(http\)/,
  ],
  [
    "a Service's port that leads nowhere",
    sound + service.replace("targetPort: http", "targetPort: web"),
    /Service\/orders: spec\.ports\[0\]\.targetPort: "web" is the name of no port/,
  ],
  [
    "an Ingress's port that leads nowhere",
    `${sound}${service}---\napiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: { name: orders }\nspec:\n  rules:\n    - host: a.example.org\n      http:\n        paths:\n          - backend: { serviceName: orders, servicePort: web }\n`,
    /line 49: Ingress\/orders: spec\.rules\[0\]\.http\.paths\[0\]\.backend\.servicePort: "web" is the name of no port of Service orders/,
  ],
  [
    "a port out of range",
    replaced("containerPort: 8080", "containerPort: 80800"),
    /line 19: .*containerPort: 80800 must be a port/,
  ],
  [
    "a number as a variable",
    replaced("          ports:", "          env: [{ name: A, value: 1 }]\n          ports:"),
    /env\[0\]\.value: 1 must be text; put it in quotes/,
  ],
  [
    "no container",
    replaced(/ {6}containers:[\s\S]*/.exec(sound)?.[0] ?? "?", "      containers: []\n"),
    /containers: \[\] must hold a container/,
  ],
  [
    "a Secret's value of a wrong type",
    `${replaced("          ports:", "          envFrom: [{ secretRef: { name: s } }]\n          ports:")}---\nkind: Secret\nmetadata: { name: s }\nstringData: { A: 12345678 }\n`,
    /Secret\/s: stringData\.A: must be text; put it in quotes|is missing/,
  ],
];

describe("what is refused", () => {
  it.each(cases)("%s", (_, text, message) => {
    const problems = problemsOf(text);
    expect(problems.join("\n")).toMatch(message);
    expect(problems.join("\n")).toMatch(/^(orders\.yaml|the manifests): /);
    expect(problems.join("\n")).not.toContain("12345678");
  });

  it("is told some times, and counted, where a file repeats it", () => {
    const problems = problemsOf("---\nmetadata: { name: x }\n".repeat(10_000));
    expect(problems).toHaveLength(6);
    expect(problems).toContain("orders.yaml: : 9995 more problems of this kind");
  });

  it("is every mistake at once", () => {
    const text = replaced("512Mi", "512MB").replace("100m", '"-1"').replace("8080", "80800");
    expect(problemsOf(text)).toHaveLength(3);
  });
});

describe("what is taken in although it is unusual", () => {
  it.each([
    ["a sound manifest", sound],
    [
      "anchors",
      replaced("app: orders\n  template", "app: &app orders\n  template").replace(
        "        app: orders",
        "        app: *app",
      ),
    ],
    ["a Deployment without labels", replaced("    metadata:\n      labels:\n        app: orders\n", "")],
    [
      "JSON",
      JSON.stringify({
        kind: "Deployment",
        metadata: { name: "orders" },
        spec: { template: { spec: { containers: [{ name: "orders", image: "orders" }] } } },
      }),
    ],
    [
      "JSON with tabs",
      JSON.stringify(
        {
          kind: "Deployment",
          metadata: { name: "orders" },
          spec: { template: { spec: { containers: [{ name: "orders", image: "orders" }] } } },
        },
        null,
        "\t",
      ),
    ],
    [
      "application text that only looks like a template",
      `${sound}---\nkind: ConfigMap\nmetadata: { name: c }\ndata: { "mail.html": "Dear {{ name }}" }\n`,
    ],
  ])("%s", (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it("with a note where the pod template has no labels", () => {
    const text = replaced("    metadata:\n      labels:\n        app: orders\n", "");
    expect(adoptText(text).notes.join("\n")).toContain("the pod template states no labels");
  });
});
