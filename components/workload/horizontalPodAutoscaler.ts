import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type HorizontalPodAutoscalerManifest } from "../kubernetes/index.ts";

/**
 * The autoscaler of a service. CPU is measured on the service's container alone, so that a sidecar does not dilute it. It
 * scales up after a minute, since a JVM that still compiles looks busy, and down by one pod at a time after five minutes.
 */
export function horizontalPodAutoscalerManifest({
  name,
  namespace,
  autoscaling,
}: ResolvedMicroservice): HorizontalPodAutoscalerManifest {
  const { minReplicas, maxReplicas, averageUtilization, metrics } = autoscaling;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name, namespace, labels: commonLabels(name, namespace) },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas,
      maxReplicas,
      metrics: [
        {
          type: "ContainerResource",
          containerResource: { name: "cpu", container: name, target: { type: "Utilization", averageUtilization } },
        },
        ...metrics.map(({ type, name: metric, averageValue }) => {
          const target = { type: "AverageValue", averageValue };
          return type === "Pods"
            ? { type, pods: { metric: { name: metric }, target } }
            : { type, external: { metric: { name: metric }, target } };
        }),
      ],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 60, policies: [{ type: "Percent", value: 100, periodSeconds: 60 }] },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
      },
    },
  };
}
