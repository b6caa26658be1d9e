import { describe, expect, it } from "vitest";
import { adoptText } from "../manifests.ts";

function budgetOf(replicas: string, budget: string) {
  const adopted = adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers: [{ name: orders, image: "registry.example.org/orders:1", resources: { requests: { cpu: 500m, memory: 1Gi } } }]
---
kind: HorizontalPodAutoscaler
metadata: { name: orders }
spec: { ${replicas} }
---
kind: PodDisruptionBudget
metadata: { name: orders }
spec: { ${budget} }
`);
  return adopted.compare(adopted.service).rows.find(({ path }) => path === `spec.${budget.split(":", 1)[0]}`)?.verdict;
}

describe("a disruption budget", () => {
  it.each([
    ["minReplicas: 2, maxReplicas: 3", "maxUnavailable: 1"],
    ["minReplicas: 2, maxReplicas: 10", "minAvailable: 1"],
    ["minReplicas: 2, maxReplicas: 10", "maxUnavailable: 50%"],
  ])("with %s and %s is replaced, since ours keeps as many at any number of replicas", (replicas, budget) => {
    expect(budgetOf(replicas, budget)).toEqual({
      list: "replaced",
      by: expect.stringMatching(/^minAvailable: 50%/),
    });
  });

  it.each([
    ["minReplicas: 2, maxReplicas: 10", "maxUnavailable: 1", /50%.*4 replicas.*2 .*3/],
    ["minReplicas: 3, maxReplicas: 3", "minAvailable: 80%", /50%.*3 replicas.*2 .*3/],
  ])("with %s and %s is lost where ours keeps fewer", (replicas, budget, where) => {
    expect(budgetOf(replicas, budget)).toEqual({
      list: "not carried over",
      reason: expect.stringMatching(where),
      remedy: expect.stringContaining("transforms.podDisruptionBudget"),
    });
  });
});
