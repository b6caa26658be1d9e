import { describe, expect, it } from "vitest";
import { listOf } from "../../../../cli/adopt/report/report.ts";
import { adoptText } from "../manifests.ts";

function adoptPod({ labels = "{}", annotations = "{}", env = "[]" }) {
  const adopted = adoptText(`apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: ${labels}, annotations: ${annotations} }
    spec:
      containers:
        - { name: orders, image: "registry.example.org/orders:1", env: ${env}, resources: { limits: { memory: 512Mi } } }
`);
  const { rows } = adopted.compare(adopted.service);
  return { ...adopted, lost: listOf(rows, "not carried over"), rows };
}

describe("labels and annotations of the pods", () => {
  it("are carried over where somebody else may read them", () => {
    const { service, lost } = adoptPod({
      labels: "{ app: orders, tax.example/unit: collection }",
      annotations: '{ linkerd.io/inject: enabled, "cluster-autoscaler.kubernetes.io/safe-to-evict": "true" }',
    });
    expect(service.podLabels).toEqual({ "tax.example/unit": "collection" });
    expect(service.podAnnotations).toEqual({
      "linkerd.io/inject": "enabled",
      "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
    });
    expect(lost).toEqual([]);
  });

  it("are carried over where the service reads them itself", () => {
    const { service, lost } = adoptPod({
      labels: "{ app: orders, version: v7 }",
      env: "[{ name: APP_VERSION, valueFrom: { fieldRef: { fieldPath: \"metadata.labels['version']\" } } }]",
    });
    expect(service.podLabels).toEqual({ version: "v7" });
    expect(lost).toEqual([]);
  });

  it("are lost with the reason where they are not the description's to choose, or hold a secret", () => {
    const { service, lost, rows } = adoptPod({
      annotations:
        '{ vault.hashicorp.com/agent-inject: "true", k8s.v1.cni.cncf.io/networks: fast, example.org/api-key: hunter2-of-mine }',
    });
    expect(service.podAnnotations).toBeUndefined();
    expect(lost.map(({ verdict }) => verdict)).toEqual([
      expect.objectContaining({ reason: "it follows from secrets and secretDelivery" }),
      expect.objectContaining({ reason: "it changes the pod's network beside its network rules" }),
      expect.objectContaining({ reason: expect.stringContaining("looks like a secret") }),
    ]);
    expect(JSON.stringify(rows)).not.toContain("hunter2");
  });
});
