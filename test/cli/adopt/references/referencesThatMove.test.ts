import { describe, expect, it } from "vitest";
import type { AdoptedService } from "../../../../cli/adopt/adopt.ts";
import type { Finding } from "../../../../cli/adopt/report/finding.ts";
import { adoptText } from "../manifests.ts";

/** A Deployment in the namespace shop, with these fields in its container and its pod, and further documents. */
function manifests(container: string, pod = "", further = ""): string {
  return `
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  template:
    metadata: { labels: { app: orders-before, app.kubernetes.io/name: orders } }
    spec:
      ${pod}
      containers:
        - name: orders
          image: registry.example.org/orders:1
          resources: { requests: { cpu: 500m, memory: 1Gi } }
          ${container}
${further}`;
}

function findings(adopted: AdoptedService): Finding[] {
  const { findings: all } = adopted.compare(adopted.service);
  return all.filter(({ list }) => list === "references that move");
}

const env = (entries: string) => `env: [${entries}]`;

describe("references between variables mean what they mean today", () => {
  it.each([
    [
      "a later variable of the name replaces",
      "{ name: A, value: one }, { name: B, value: $(A)! }, { name: A, value: two }",
      { A: "two", B: "one!" },
    ],
    [
      "a variable names one that comes before it",
      "{ name: Z, value: one }, { name: B, value: $(Z)! }",
      { Z: "one", B: "$(Z)!" },
    ],
    ["a variable adds to itself", "{ name: A, value: one }, { name: A, value: $(A)-two }", { A: "one-two" }],
    ["a text is escaped", "{ name: A, value: $$(B) }, { name: B, value: x }", { A: "$$(B)", B: "x" }],
    [
      "a name has dots",
      "{ name: db.host, value: x }, { name: URL, value: jdbc:$(db.host) }",
      { DB_HOST: "x", URL: "jdbc:$(DB_HOST)" },
    ],
  ])("where %s", (_, entries, expected) => {
    const adopted = adoptText(manifests(env(entries)));
    expect(adopted.service.env).toEqual(expected);
    expect(findings(adopted)).toEqual([]);
    const { rows } = adopted.compare(adopted.service);
    expect(rows.filter(({ verdict }) => verdict.list === "not carried over")).toEqual([]);
  });

  it("where the variable comes later, which Kubernetes does not look at", () => {
    const adopted = adoptText(manifests(env("{ name: A, value: $(B) }, { name: B, value: x }")));
    expect(adopted.service.env).toEqual({ A: "$$(B)", B: "x" });
    expect(findings(adopted)).toMatchObject([{ what: "$(B)", isLoss: false }]);
  });

  it("where a ConfigMap's value only looks like a reference", () => {
    const adopted = adoptText(
      `${manifests("envFrom: [{ configMapRef: { name: settings } }]")}\n---\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { PATTERN: "$(A) costs $$5", A: x }`,
    );
    expect(adopted.service.env).toEqual({ PATTERN: "$$(A) costs $$$5", A: "x" });
  });

  it("and a variable that is not set any more is told where it is named", () => {
    const adopted = adoptText(
      manifests(
        `${env("{ name: MEM, valueFrom: { resourceFieldRef: { resource: limits.memory } } }")}\n          args: ["--memory=$(MEM)"]`,
      ),
    );
    const gone = adopted.service.env?.["MEM"] === undefined;
    expect(findings(adopted).map(({ what, isLoss }) => [what, isLoss])).toEqual(gone ? [["$(MEM)", true]] : []);
  });
});

describe("labels that a variable reads", () => {
  it.each([
    ["app", "orders-before"],
    ["app.kubernetes.io/name", { fieldPath: "metadata.labels['app.kubernetes.io/name']" }],
    ["other", { fieldPath: "metadata.labels['other']" }],
  ])("%s becomes %j", (label, expected) => {
    const entry = `{ name: WHO, valueFrom: { fieldRef: { fieldPath: "metadata.labels['${label}']" } } }`;
    const adopted = adoptText(manifests(env(entry)));
    expect(adopted.service.env?.["WHO"]).toEqual(expected);
    expect(findings(adopted)).toHaveLength(typeof expected === "string" ? 1 : 0);
  });
});

describe("the variables of a Service", () => {
  const args = 'args: ["--url=http://$(EXCHANGE_SERVICE_HOST):$(EXCHANGE_SERVICE_PORT)"]';
  const service =
    "---\nkind: Service\nmetadata: { name: exchange }\nspec: { selector: { app: exchange }, ports: [{ port: 8000 }] }";

  it("become its name and port", () => {
    const adopted = adoptText(manifests(args, "", service));
    expect(adopted.service.args).toEqual(["--url=http://exchange.shop.svc:8000"]);
    expect(findings(adopted).map(({ isLoss }) => isLoss)).toEqual([false, false]);
  });

  it("hold the service back where nobody knows it", () => {
    const adopted = adoptText(manifests(args));
    expect(findings(adopted).map(({ what, isLoss }) => [what, isLoss])).toEqual([
      ["$(EXCHANGE_SERVICE_HOST)", true],
      ["$(EXCHANGE_SERVICE_PORT)", true],
    ]);
  });

  it("are none where the pods have none today", () => {
    expect(findings(adoptText(manifests(args, "enableServiceLinks: false")))).toEqual([]);
  });
});

describe("the account of the pods", () => {
  const binding = (subject: string) =>
    `---\nkind: RoleBinding\nmetadata: { name: orders-view, namespace: shop }\nroleRef: { kind: ClusterRole, name: view }\nsubjects: [${subject}]`;

  it.each(["{ kind: ServiceAccount, name: reader }", '{ kind: User, name: "system:serviceaccount:shop:reader" }'])(
    "is told where a role is bound to it: %s",
    (subject) => {
      const [found] = findings(adoptText(manifests("", "serviceAccountName: reader", binding(subject))));
      expect(found?.place).toBe("RoleBinding/orders-view subjects[0].name");
      expect(found?.remedy).toContain(
        "kubectl set subject rolebinding orders-view --namespace shop --serviceaccount=shop:orders",
      );
      expect(found?.isLoss).toBe(true);
    },
  );

  it.each([
    ["serviceAccountName: orders", "{ kind: ServiceAccount, name: orders }"],
    ["serviceAccountName: reader", "{ kind: ServiceAccount, name: reader, namespace: other }"],
    ["", "{ kind: ServiceAccount, name: reader }"],
  ])("is no matter with %s and %s", (pod, subject) =>
    expect(findings(adoptText(manifests("", pod, binding(subject))))).toEqual([]),
  );
});
