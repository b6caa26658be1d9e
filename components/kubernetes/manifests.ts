import type { types } from "@pulumi/kubernetes";
import type { Unwrap } from "@pulumi/pulumi";

/**
 * A Kubernetes object as plain values, always with a name. The shapes are those of `@pulumi/kubernetes` without its Inputs:
 * what a builder returns is what is registered.
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
export type JobManifest = Manifest<types.input.batch.v1.Job, "batch/v1", "Job">;
export type StatefulSetManifest = Manifest<types.input.apps.v1.StatefulSet, "apps/v1", "StatefulSet">;
export type DaemonSetManifest = Manifest<types.input.apps.v1.DaemonSet, "apps/v1", "DaemonSet">;
export type RoleManifest = Manifest<types.input.rbac.v1.Role, "rbac.authorization.k8s.io/v1", "Role">;
export type RoleBindingManifest = Manifest<
  types.input.rbac.v1.RoleBinding,
  "rbac.authorization.k8s.io/v1",
  "RoleBinding"
>;
export type ClusterRoleManifest = Manifest<
  types.input.rbac.v1.ClusterRole,
  "rbac.authorization.k8s.io/v1",
  "ClusterRole"
>;
export type ClusterRoleBindingManifest = Manifest<
  types.input.rbac.v1.ClusterRoleBinding,
  "rbac.authorization.k8s.io/v1",
  "ClusterRoleBinding"
>;
export type ApiServiceManifest = Manifest<
  types.input.apiregistration.v1.APIService,
  "apiregistration.k8s.io/v1",
  "APIService"
>;
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
export type PersistentVolumeClaimManifest = Manifest<
  types.input.core.v1.PersistentVolumeClaim,
  "v1",
  "PersistentVolumeClaim"
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

/** A Gateway API BackendTLSPolicy, in the fields that are used here. */
export type BackendTlsPolicyManifest = Manifest<
  {
    spec: {
      targetRefs: { group: string; kind: "Service"; name: string; sectionName?: string }[];
      validation: { hostname: string; caCertificateRefs: { group: string; kind: "ConfigMap"; name: string }[] };
    };
  },
  "gateway.networking.k8s.io/v1",
  "BackendTLSPolicy"
>;

/** How the External Secrets Operator reaches Vault, in the fields that are used here. */
export interface VaultProviderSpec {
  server: string;
  path?: string;
  version: "v2";
  caProvider: { type: "ConfigMap"; name: string; key: string };
  auth: {
    kubernetes: {
      mountPath: string;
      role: string;
      serviceAccountRef: { name: string; audiences: string[] };
    };
  };
}

/** A SecretStore of the External Secrets Operator, in the fields that are used here. */
export type SecretStoreManifest = Manifest<
  { spec: { provider: { vault: VaultProviderSpec } } },
  "external-secrets.io/v1",
  "SecretStore"
>;

/** An ExternalSecret of the External Secrets Operator, in the fields that are used here. */
export type ExternalSecretManifest = Manifest<
  {
    spec: {
      refreshInterval: string;
      secretStoreRef?: { kind: "SecretStore"; name: string };
      target: {
        name: string;
        creationPolicy: "Owner";
        deletionPolicy: "Retain";
        template?: { engineVersion: "v2"; type: string; data: Record<string, string> };
      };
      data?: { secretKey: string; remoteRef: { key: string; property: string } }[];
      dataFrom?: {
        sourceRef: {
          generatorRef: {
            apiVersion: "generators.external-secrets.io/v1alpha1";
            kind: "VaultDynamicSecret";
            name: string;
          };
        };
      }[];
    };
  },
  "external-secrets.io/v1",
  "ExternalSecret"
>;

/** A VaultDynamicSecret of the External Secrets Operator, in the fields that are used here. */
export type VaultDynamicSecretManifest = Manifest<
  {
    spec: {
      path: string;
      method: "POST";
      parameters: Record<string, string>;
      resultType: "Data";
      provider: VaultProviderSpec;
    };
  },
  "generators.external-secrets.io/v1alpha1",
  "VaultDynamicSecret"
>;

/** A Certificate of cert-manager, in the fields that are used here. */
export type CertificateManifest = Manifest<
  {
    spec: {
      secretName: string;
      dnsNames: string[];
      issuerRef: { group: "cert-manager.io"; kind: "ClusterIssuer"; name: string };
      privateKey: { rotationPolicy: "Always" };
      usages: ("digital signature" | "key encipherment" | "server auth")[];
    };
  },
  "cert-manager.io/v1",
  "Certificate"
>;

export type Container = Unwrap<types.input.core.v1.Container>;
export type ContainerProbe = Unwrap<types.input.core.v1.Probe>;
export type EnvironmentVariable = Unwrap<types.input.core.v1.EnvVar>;
export type PolicyRule = Unwrap<types.input.rbac.v1.PolicyRule>;
export type Volume = Unwrap<types.input.core.v1.Volume>;
export type VolumeMount = Unwrap<types.input.core.v1.VolumeMount>;
export type PodSpec = Unwrap<types.input.core.v1.PodSpec>;
export type NetworkPolicyPeer = Unwrap<types.input.networking.v1.NetworkPolicyPeer>;
export type NetworkPolicyIngressRule = Unwrap<types.input.networking.v1.NetworkPolicyIngressRule>;
export type NetworkPolicyEgressRule = Unwrap<types.input.networking.v1.NetworkPolicyEgressRule>;
