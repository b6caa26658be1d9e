import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels } from "../kubernetes/index.ts";
import {
  accountManifest,
  clusterRoleBinding,
  clusterRoleObjects,
  type MonitoringObject,
  partBudgetManifest,
  partServiceManifest,
} from "./objects.ts";
import { partPorts } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { httpProbe, partTemplate } from "./pod.ts";
import { type PartObjects, partDeployment, partResources } from "./workloads.ts";

const user = 1000;
const replicas = 2;

/** metrics-server: the metrics API, from which autoscalers know what pods use. */
export function metricsServerObjects(plan: MonitoringPlan, service: ResolvedMicroservice): PartObjects {
  const trust =
    plan.monitoring.kubeletCertificates === "self-signed"
      ? "--kubelet-insecure-tls"
      : "--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
  const probe = { scheme: "HTTPS", port: "http" };
  const template = partTemplate(
    service,
    {
      user,
      token: true,
      args: [
        `--secure-port=${partPorts.metricsServer}`,
        "--cert-dir=/tmp",
        "--kubelet-preferred-address-types=InternalIP",
        "--kubelet-use-node-status-port",
        "--metric-resolution=15s",
        trust,
      ],
      writable: { "/tmp": "16Mi" },
      readiness: { ...httpProbe(""), httpGet: { path: "/readyz", ...probe }, initialDelaySeconds: 20 },
      liveness: { ...httpProbe(""), httpGet: { path: "/livez", ...probe } },
    },
    plan,
  );
  return {
    resources: partResources(template.spec, replicas),
    objects: [
      { name: "metrics-server-account", manifest: accountManifest(service) },
      ...clusterRoleObjects(service, [
        { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
        { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get", "list", "watch"] },
      ]),
      ...delegationObjects(service),
      { name: "metrics-server-service", manifest: partServiceManifest(service) },
      { name: "metrics-server-budget", manifest: partBudgetManifest(service) },
      { name: "metrics-server", manifest: partDeployment(service, replicas, template) },
      {
        name: "metrics-api",
        manifest: {
          apiVersion: "apiregistration.k8s.io/v1",
          kind: "APIService",
          metadata: { name: "v1beta1.metrics.k8s.io", labels: commonLabels(service.name, service.namespace) },
          spec: {
            group: "metrics.k8s.io",
            version: "v1beta1",
            groupPriorityMinimum: 100,
            versionPriority: 100,
            // It makes its certificate at each start, as upstream's own manifests have it; nobody could verify it.
            insecureSkipTLSVerify: true,
            service: { name: service.name, namespace: service.namespace, port: partPorts.metricsServer },
          },
        },
      },
    ],
  };
}

/** It has the API server say who asks, and what they may. */
function delegationObjects(service: ResolvedMicroservice): MonitoringObject[] {
  const { name, namespace } = service;
  return [
    {
      name: "metrics-server-delegation",
      manifest: clusterRoleBinding(`gemelos-${name}-delegation`, "system:auth-delegator", service),
    },
    {
      name: "metrics-server-authentication",
      manifest: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: `gemelos-${name}`, namespace: "kube-system", labels: commonLabels(name, namespace) },
        roleRef: {
          ...{ apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "extension-apiserver-authentication-reader" },
        },
        subjects: [{ kind: "ServiceAccount", name, namespace }],
      },
    },
  ];
}
