import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { horizontalPodAutoscalerManifest } from "../../../components/workload/horizontalPodAutoscaler.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { containerOf, deploymentOf, microservice, resolved } from "../../support/fixtures.ts";

test("the autoscaler of a service that states nothing", () => {
  expect(horizontalPodAutoscalerManifest(resolved()).spec).toMatchObject({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "receipts" },
    minReplicas: 2,
    maxReplicas: 4,
    metrics: [
      {
        type: "ContainerResource",
        containerResource: {
          name: "cpu",
          container: "receipts",
          target: { type: "Utilization", averageUtilization: 75 },
        },
      },
    ],
    behavior: {
      scaleUp: { stabilizationWindowSeconds: 60 },
      scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
    },
  });
});

test("further metrics come beside CPU, each with its own target", () => {
  const { metrics = [] } =
    horizontalPodAutoscalerManifest(
      resolved({
        autoscaling: {
          averageUtilization: 60,
          metrics: [
            { type: "Pods", name: "http_requests_in_flight", averageValue: "20" },
            { type: "External", name: "queue_length", averageValue: "500m" },
          ],
        },
      }),
    ).spec ?? {};
  expect(metrics).toMatchObject([
    { containerResource: { target: { averageUtilization: 60 } } },
    {
      type: "Pods",
      pods: { metric: { name: "http_requests_in_flight" }, target: { type: "AverageValue", averageValue: "20" } },
    },
    {
      type: "External",
      external: { metric: { name: "queue_length" }, target: { type: "AverageValue", averageValue: "500m" } },
    },
  ]);
});

test("the autoscaler measures a container that the pod has, and scales a Deployment that exists", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      const { scaleTargetRef, metrics = [] } = horizontalPodAutoscalerManifest(resolveMicroservice(service)).spec ?? {};
      const deployment = deploymentOf(service);
      expect(scaleTargetRef?.name).toBe(deployment.metadata.name);
      expect(metrics[0]?.containerResource?.container).toBe(containerOf(deployment).name);
    }),
  );
});

test("a running service's Deployment states no replicas; a paused one's states none of them, 0", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      const { spec = {} } = deploymentOf(service);
      expect("replicas" in spec).toBe(service.paused === true);
      if (service.paused === true) expect(spec).toMatchObject({ replicas: 0 });
    }),
  );
});

test("no replica is taken away before its successor is ready, and there is room for one, unless it must run alone", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      const { strategy } = deploymentOf(service).spec ?? {};
      if (resolveMicroservice(service).runsAlone) return;
      expect(strategy?.type).toBe("RollingUpdate");
      expect(strategy?.rollingUpdate?.maxUnavailable).toBe(0);
      expect(Number.parseInt(String(strategy?.rollingUpdate?.maxSurge), 10)).toBeGreaterThan(0);
    }),
  );
});

test("a fixed number of replicas is allowed: fewest and most the same", () => {
  const { minReplicas, maxReplicas } =
    horizontalPodAutoscalerManifest(resolved({ autoscaling: { minReplicas: 3, maxReplicas: 3 } })).spec ?? {};
  expect([minReplicas, maxReplicas]).toEqual([3, 3]);
});

test("the surge of the description reaches the Deployment as it stands", () => {
  for (const maxSurge of ["50%", 2] as const) {
    const { strategy } = deploymentOf(microservice({ rollout: { maxSurge } })).spec ?? {};
    expect(strategy?.rollingUpdate?.maxSurge).toBe(maxSurge);
  }
});
