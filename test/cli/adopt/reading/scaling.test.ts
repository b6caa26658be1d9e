import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readShutdown } from "../../../../cli/adopt/reading/scaling.ts";
import { adoptRun, adoptText } from "../manifests.ts";

const container = { name: "mails", image: "example.test/mails:1.0" };

describe("a grace period", () => {
  it.each([
    [0, { preStopSeconds: 0, gracefulSeconds: 0 }],
    [5, { preStopSeconds: 0, gracefulSeconds: 5 }],
    [10, { preStopSeconds: 0, gracefulSeconds: 5 }],
    [20, { preStopSeconds: 5, gracefulSeconds: 10 }],
    [30, { preStopSeconds: 10, gracefulSeconds: 15 }],
  ])("of %i s is shared between preStop and the application's stop", (terminationGracePeriodSeconds, shutdown) => {
    expect(readShutdown({ containers: [container], terminationGracePeriodSeconds }, container)).toEqual(shutdown);
  });

  it("never leaves the application without time for its requests, unless it was zero", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3600 }),
        fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
        (terminationGracePeriodSeconds, seconds) => {
          const lifecycle = seconds === undefined ? {} : { lifecycle: { preStop: { sleep: { seconds } } } };
          const own = { ...container, ...lifecycle };
          const { gracefulSeconds = 0 } = readShutdown({ containers: [own], terminationGracePeriodSeconds }, own) ?? {};
          expect(gracefulSeconds).toBeGreaterThanOrEqual(5);
        },
      ),
    );
  });

  it("that is lengthened is replaced, with its parts", () => {
    const adopted = adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 5
      containers: [{ name: orders, image: "registry.example.org/orders:1" }]
`);
    const { rows } = adopted.compare(adopted.service);
    expect(rows.find(({ path }) => path.endsWith("terminationGracePeriodSeconds"))?.verdict).toEqual({
      list: "replaced",
      by: "10: 0s of preStop, 5s for the application's stop, and 5s until the kill (shutdown)",
    });
  });
});

describe("a Deployment that is switched off, and its autoscaler", () => {
  const adopted = adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  replicas: 0
  template:
    spec:
      containers: [{ name: orders, image: "registry.example.org/orders:1" }]
---
kind: HorizontalPodAutoscaler
metadata: { name: orders }
spec:
  minReplicas: 5
  maxReplicas: 20
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }]
---
kind: PodDisruptionBudget
metadata: { name: orders }
spec: { minAvailable: 1 }
`);
  const { rows } = adopted.compare(adopted.service);

  it("are both in the description", () => {
    expect(adopted.service).toMatchObject({
      paused: true,
      autoscaling: { minReplicas: 5, maxReplicas: 20, averageUtilization: 50 },
    });
  });

  it("say what runs once it is resumed", () => {
    expect(adopted.notes).toContain(
      "paused: true keeps it at no replicas; remove it from index.ts to resume, and the autoscaler runs 5 to 20",
    );
    for (const field of ["spec.minReplicas", "spec.minAvailable"]) {
      expect(rows.find(({ path }) => path === field)?.verdict).toEqual({
        list: "replaced",
        by: expect.stringMatching(/once the service is resumed/),
      });
    }
  });

  it("lose what the autoscaler could not do either once it is resumed", () => {
    const other = adoptText(`
kind: Deployment
metadata: { name: orders }
spec: { replicas: 0, template: { spec: { containers: [{ name: orders, image: "registry.example.org/orders:1" }] } } }
---
kind: HorizontalPodAutoscaler
metadata: { name: orders }
spec: { maxReplicas: 9, behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } }
`);
    const verdicts = other.compare(other.service).rows.filter(({ path }) => path.includes("behavior"));
    expect(verdicts.map(({ verdict }) => verdict.list)).toEqual(["not carried over"]);
  });
});

it("of a service beside one that is paused is that of today", () => {
  const scaled = (name: string, replicas: number) => `kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: ${name}, image: "registry.example.org/${name}:1", resources: { requests: { cpu: 500m, memory: 1Gi } } }] }
---
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: shop }
spec: { scaleTargetRef: { kind: Deployment, name: ${name} }, minReplicas: 2, maxReplicas: 3 }
---
`;
  const { services, compare } = adoptRun(scaled("alpha", 0) + scaled("beta", 2));
  const compared = compare(services.map(({ service }) => service));
  const listOf = (index: number) =>
    compared[index]?.rows.find(({ path, object }) => path === "spec.maxReplicas" && object.startsWith("Horizontal"))
      ?.verdict.list;
  expect([listOf(0), listOf(1)]).toEqual(["replaced", "carried over"]);
});
