import { describe, expect, it } from "vitest";
import { readDocuments } from "../../../../cli/adopt/input/documents.ts";

/** An object as `kubectl get -o json` shows it. */
function live(kind: string, name: string, more: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) {
  return { kind, metadata: { name, namespace: "shop", uid: "0b3c", resourceVersion: "7", ...metadata }, ...more };
}

const owner = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });

function readList(...items: readonly object[]) {
  const read = readDocuments("shop.json", JSON.stringify({ kind: "List", items }));
  return {
    problems: read.problems,
    kept: read.documents.map(({ kind, name }) => `${kind}/${name}`),
    passed: read.passedOver.map(({ file, reason }) => `${file}: ${reason}`),
  };
}

describe("an export of a namespace", () => {
  it("leaves out what the cluster makes again", () => {
    const { kept, passed, problems } = readList(
      live("Deployment", "orders"),
      live("ReplicaSet", "orders-7d", {}, owner("Deployment", "orders")),
      live("Pod", "orders-7d-x", {}, owner("ReplicaSet", "orders-7d")),
      live("EndpointSlice", "orders-k9", {}, owner("Service", "orders")),
      live("Endpoints", "orders"),
      live("Event", "orders.17a"),
      live("Lease", "leader"),
      live("ConfigMap", "kube-root-ca.crt"),
      live("ServiceAccount", "default"),
      live("Secret", "default-token-x", { type: "kubernetes.io/service-account-token" }),
      live("Secret", "sh.helm.release.v1.orders.v1", { type: "helm.sh/release.v1" }),
    );
    expect(problems).toEqual([]);
    expect(kept).toEqual(["List/", "Deployment/orders"]);
    expect(passed).toHaveLength(10);
    expect(passed[0]).toBe("ReplicaSet/orders-7d (shop.json): its owner makes it");
    expect(passed.at(-1)).toBe("Secret/sh.helm.release.v1.orders.v1 (shop.json): the cluster writes it");
  });

  it("keeps what somebody has applied, though the cluster makes its like", () => {
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "{}" };
    expect(
      readList(
        live("Deployment", "kept-by-an-operator", {}, owner("Kafka", "x")),
        live("Endpoints", "old-database", {}, { annotations }),
        { kind: "ServiceAccount", metadata: { name: "default" } },
        live("Pod", "alone"),
      ).passed,
    ).toEqual([]);
  });

  it("is no template for what its applications fill in themselves", () => {
    const data = { "alerts.yaml": "summary: {{ range .Alerts }}{{ .Values }}{{ end }}" };
    expect(readList(live("ConfigMap", "alerts", { data })).problems).toEqual([]);
  });
});

it("an object has its namespace, which tells it from its like elsewhere", () => {
  const { documents } = readDocuments(
    "a.yaml",
    "kind: Deployment\nmetadata: { name: a, namespace: x }\n---\nkind: Deployment\nmetadata: { name: a }\n",
  );
  expect(documents.map(({ namespace }) => namespace)).toEqual(["x", ""]);
});

it("a Helm template that happens to be YAML is still none", () => {
  const { problems } = readDocuments(
    "a.yaml",
    'kind: Deployment\nmetadata:\n  name: a\nspec:\n  replicas: "{{ .Values.replicas }}"\n',
  );
  expect(problems).toEqual([
    {
      file: "a.yaml",
      path: "line 5: spec.replicas",
      message: expect.stringMatching(/is a Helm template.*helm template NAME CHART/),
    },
  ]);
});
