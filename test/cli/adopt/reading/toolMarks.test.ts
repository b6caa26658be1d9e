import { describe, expect, it, test } from "vitest";
import { toolMark } from "../../../../cli/adopt/reading/toolMarks.ts";
import { adoptText } from "../manifests.ts";

test.each([
  ["helm.sh/chart", "Helm"],
  ["meta.helm.sh/release-name", "Helm"],
  ["kubectl.kubernetes.io/restartedAt", "kubectl"],
  ["kubectl.kubernetes.io/last-applied-configuration", "kubectl"],
  ["deployment.kubernetes.io/revision", "the cluster"],
  ["pod-template-hash", "the cluster"],
  ["config.kubernetes.io/origin", "Kustomize"],
  ["internal.config.kubernetes.io/previousNames", "Kustomize"],
  ["skaffold.dev/run-id", "Skaffold"],
  ["argocd.argoproj.io/sync-wave", "Argo CD"],
  ["kustomize.toolkit.fluxcd.io/name", "Flux"],
  ["field.cattle.io/publicEndpoints", "Rancher"],
  ["app.openshift.io/vcs-uri", "OpenShift"],
  ["image.openshift.io/triggers", "OpenShift"],
  ["app.dekorate.io/commit-id", "plugin"],
  ["app.quarkus.io/build-timestamp", "plugin"],
  ["fabric8.io/git-commit", "plugin"],
  ["jkube.eclipse.org/git-url", "plugin"],
])("%s is of use to %s only", (key, tool) => expect(toolMark(key)).toContain(tool));

test.each([
  "team",
  "linkerd.io/inject",
  "eks.amazonaws.com/role-arn",
  "cluster-autoscaler.kubernetes.io/safe-to-evict",
])("%s may mean something to the service or the cluster", (key) => expect(toolMark(key)).toBeUndefined());

describe("labels and annotations of build tools", () => {
  it("lose nothing, on the Deployment and on its pods", () => {
    const marks = (indent: string) =>
      [
        "labels: { app: orders, helm.sh/chart: orders-1.2, app.kubernetes.io/managed-by: Helm, skaffold.dev/run-id: x1 }",
        'annotations: { app.dekorate.io/vcs-url: a, argocd.argoproj.io/sync-wave: "1", checksum/config: 0f }',
      ].join(`\n${indent}`);
    const adopted = adoptText(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  ${marks("  ")}
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata:
      ${marks("      ")}
    spec:
      containers:
        - { name: orders, image: registry.example.org/orders:1, resources: { limits: { memory: 512Mi } } }
`);
    const { rows } = adopted.compare(adopted.service);
    expect(rows.filter(({ verdict }) => verdict.list === "not carried over")).toEqual([]);
  });
});
