import type { types } from "@pulumi/kubernetes";
import type { Unwrap } from "@pulumi/pulumi";

/**
 * A Kubernetes object as plain values, with the metadata that a planner always writes. The shapes are those of
 * `@pulumi/kubernetes`, without its Inputs: what a planner returns is what is registered.
 */
type Manifest<Input, ApiVersion extends string, Kind extends string> = Omit<
  Unwrap<Input>,
  "apiVersion" | "kind" | "metadata"
> & {
  apiVersion: ApiVersion;
  kind: Kind;
  metadata: Unwrap<types.input.meta.v1.ObjectMeta> & { name: string };
};

export type ServiceAccountManifest = Manifest<types.input.core.v1.ServiceAccount, "v1", "ServiceAccount">;
export type ConfigMapManifest = Manifest<types.input.core.v1.ConfigMap, "v1", "ConfigMap">;
export type ServiceManifest = Manifest<types.input.core.v1.Service, "v1", "Service">;
export type NamespaceManifest = Manifest<types.input.core.v1.Namespace, "v1", "Namespace">;
export type ResourceQuotaManifest = Manifest<types.input.core.v1.ResourceQuota, "v1", "ResourceQuota">;
export type LimitRangeManifest = Manifest<types.input.core.v1.LimitRange, "v1", "LimitRange">;
export type DeploymentManifest = Manifest<types.input.apps.v1.Deployment, "apps/v1", "Deployment">;
export type HorizontalPodAutoscalerManifest = Manifest<
  types.input.autoscaling.v2.HorizontalPodAutoscaler,
  "autoscaling/v2",
  "HorizontalPodAutoscaler"
>;
export type PodDisruptionBudgetManifest = Manifest<
  types.input.policy.v1.PodDisruptionBudget,
  "policy/v1",
  "PodDisruptionBudget"
>;
export type NetworkPolicyManifest = Manifest<
  types.input.networking.v1.NetworkPolicy,
  "networking.k8s.io/v1",
  "NetworkPolicy"
>;
export type IngressManifest = Manifest<types.input.networking.v1.Ingress, "networking.k8s.io/v1", "Ingress">;
export type PriorityClassManifest = Manifest<
  types.input.scheduling.v1.PriorityClass,
  "scheduling.k8s.io/v1",
  "PriorityClass"
>;

/** A Gateway API HTTPRoute, in the fields that are used here. */
export type HttpRouteManifest = Manifest<
  {
    spec: {
      parentRefs: { namespace: string; name: string; sectionName?: string }[];
      hostnames: string[];
      rules: {
        matches: { path: { type: "PathPrefix" | "Exact"; value: string } }[];
        backendRefs: { name: string; port: number }[];
      }[];
    };
  },
  "gateway.networking.k8s.io/v1",
  "HTTPRoute"
>;

export type Container = Unwrap<types.input.core.v1.Container>;
export type ContainerProbe = Unwrap<types.input.core.v1.Probe>;
export type EnvironmentVariable = Unwrap<types.input.core.v1.EnvVar>;
export type PodSpec = Unwrap<types.input.core.v1.PodSpec>;
export type NetworkPolicyPeer = Unwrap<types.input.networking.v1.NetworkPolicyPeer>;
export type NetworkPolicyIngressRule = Unwrap<types.input.networking.v1.NetworkPolicyIngressRule>;
export type NetworkPolicyEgressRule = Unwrap<types.input.networking.v1.NetworkPolicyEgressRule>;
