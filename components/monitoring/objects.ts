import type { ResolvedMicroservice } from "../description/index.ts";
import {
  type ApiServiceManifest,
  type ClusterRoleBindingManifest,
  type ClusterRoleManifest,
  type ConfigMapManifest,
  commonLabels,
  type DaemonSetManifest,
  type DeploymentManifest,
  type ExternalSecretManifest,
  type HttpRouteManifest,
  type IngressManifest,
  type NamespaceManifest,
  type NetworkPolicyManifest,
  type PodDisruptionBudgetManifest,
  type PolicyRule,
  type PriorityClassManifest,
  type ResourceQuotaManifest,
  type RoleBindingManifest,
  type RoleManifest,
  type SecretStoreManifest,
  type ServiceAccountManifest,
  type ServiceManifest,
  type StatefulSetManifest,
  selectorLabels,
} from "../kubernetes/index.ts";
import type { PodMonitorManifest, ProbeManifest, PrometheusRuleManifest } from "./operatorKinds.ts";

/** A Kubernetes object of a site's monitoring. */
export type MonitoringManifest =
  | ApiServiceManifest
  | ClusterRoleBindingManifest
  | ClusterRoleManifest
  | ConfigMapManifest
  | DaemonSetManifest
  | DeploymentManifest
  | ExternalSecretManifest
  | HttpRouteManifest
  | IngressManifest
  | NamespaceManifest
  | NetworkPolicyManifest
  | PodDisruptionBudgetManifest
  | PodMonitorManifest
  | PriorityClassManifest
  | ProbeManifest
  | PrometheusRuleManifest
  | ResourceQuotaManifest
  | RoleBindingManifest
  | RoleManifest
  | SecretStoreManifest
  | ServiceAccountManifest
  | ServiceManifest
  | StatefulSetManifest;

/** An object, and its name among the component's children, which stays when the object's own name follows its content. */
export interface MonitoringObject {
  /** `prometheus-config`. */
  readonly name: string;
  readonly manifest: MonitoringManifest;
}

/** Annotations of what Pulumi must not wait for: services are deployed whether or not their monitoring comes up. */
export const withoutWait = { "pulumi.com/skipAwait": "true" } as const;

type Named = Pick<ResolvedMicroservice, "name" | "namespace">;

/** Name, namespace and labels of a part's object. */
export function partMetadata({ name, namespace }: Named) {
  return { name, namespace, labels: commonLabels(name, namespace) };
}

/** The account of a part; its pods get a token only where they say so. */
export function accountManifest(part: Named): ServiceAccountManifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: partMetadata(part),
    automountServiceAccountToken: false,
  };
}

/** What a part is asked at. A headless one gives each replica a name of its own. */
export function partServiceManifest(part: ResolvedMicroservice, headless = false): ServiceManifest {
  const { name, ports } = part;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      ...partMetadata(part),
      ...(headless ? { name: `${name}-replicas` } : {}),
      annotations: { ...withoutWait },
    },
    spec: {
      ...(headless ? { clusterIP: "None", publishNotReadyAddresses: true } : { type: "ClusterIP" }),
      selector: selectorLabels(name),
      ports: [{ name: "http", port: ports?.http ?? 0, targetPort: "http", protocol: "TCP" }],
    },
  };
}

/** The budget of a part with several replicas: one may be away. */
export function partBudgetManifest(part: Named): PodDisruptionBudgetManifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: partMetadata(part),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorLabels(part.name) },
    },
  };
}

/** A role for the whole cluster and its binding to a part's account. */
export function clusterRoleObjects(part: Named, rules: PolicyRule[], suffix = ""): MonitoringObject[] {
  const name = `gemelos-${part.name}${suffix}`;
  return [
    {
      name: `${part.name}${suffix}-cluster-role`,
      manifest: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name, labels: commonLabels(part.name, part.namespace) },
        rules,
      },
    },
    {
      name: `${part.name}${suffix}-cluster-role-binding`,
      manifest: clusterRoleBinding(name, name, part),
    },
  ];
}

/** Binds a role of the whole cluster to a part's account. */
export function clusterRoleBinding(name: string, role: string, part: Named): ClusterRoleBindingManifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name, labels: commonLabels(part.name, part.namespace) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: part.name, namespace: part.namespace }],
  };
}

/** A role in a namespace and its binding to a part's account. */
export function roleObjects(part: Named, namespace: string, rules: PolicyRule[]): MonitoringObject[] {
  const metadata = { name: `gemelos-${part.name}`, namespace, labels: commonLabels(part.name, part.namespace) };
  return [
    {
      name: `${part.name}-${namespace}-role`,
      manifest: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules },
    },
    {
      name: `${part.name}-${namespace}-role-binding`,
      manifest: {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
        subjects: [{ kind: "ServiceAccount", name: part.name, namespace: part.namespace }],
      },
    },
  ];
}
