import type { ResolvedMicroservice } from "../description/index.ts";
import type { PolicyRule } from "../kubernetes/index.ts";
import { accountManifest, clusterRoleObjects, partServiceManifest } from "./objects.ts";
import { partPorts } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { httpProbe, partTemplate } from "./pod.ts";
import { type PartObjects, partDeployment, partResources } from "./workloads.ts";

const user = 65_534;

/** The kinds that are watched, by API group. Secrets and ConfigMaps are none of them. */
const watched: Readonly<Record<string, readonly string[]>> = {
  "": [...["namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods", "resourcequotas", "services"]],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  policy: ["poddisruptionbudgets"],
};

/** kube-state-metrics: what the API server knows of the cluster's objects, as metrics. */
export function kubeStateMetricsObjects(plan: MonitoringPlan, service: ResolvedMicroservice): PartObjects {
  const rules = Object.entries(watched).map(
    ([group, resources]): PolicyRule => ({ apiGroups: [group], resources: [...resources], verbs: ["list", "watch"] }),
  );
  const template = partTemplate(
    service,
    {
      user,
      token: true,
      args: [
        `--port=${partPorts.kubeStateMetrics}`,
        `--resources=${Object.values(watched).flat().sort().join(",")}`,
        "--telemetry-host=127.0.0.1",
      ],
      readiness: httpProbe("/healthz"),
      liveness: httpProbe("/livez", { periodSeconds: 30 }),
    },
    plan,
  );
  return {
    resources: partResources(template.spec, 1),
    objects: [
      { name: "kube-state-metrics-account", manifest: accountManifest(service) },
      ...clusterRoleObjects(service, rules),
      { name: "kube-state-metrics-service", manifest: partServiceManifest(service) },
      { name: "kube-state-metrics", manifest: partDeployment(service, 1, template) },
    ],
  };
}
