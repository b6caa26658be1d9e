/**
 * Namespaces in which the parts of a cluster are installed, by what they do. A service there would bring that part the closed
 * network, the quota and the Pod Security of services: no ingress, no secrets, no admission for the whole site. A `*` stands
 * for any end of a name.
 */
const reserved: Readonly<Record<string, readonly string[]>> = {
  Kubernetes: ["default", "kube-*", "node-feature-discovery"],
  // Whatever an operator's own installation calls its namespace: calico-system, metallb-system, gatekeeper-system.
  operators: [
    "*-system",
    "*-operator",
    "*-operators",
    "operators",
    "olm",
    "keda",
    "reloader",
    "reloader-*",
    "stakater",
  ],
  secrets: [
    "vault",
    "vault-*",
    "hashicorp-vault",
    "openbao",
    "external-secrets",
    "external-secrets-*",
    "sealed-secrets",
  ],
  ingress: [
    ...["ingress", "ingress-*", "haproxy", "haproxy-*", "nginx", "nginx-*", "traefik", "traefik-*", "projectcontour"],
    ...["contour", "kong", "ambassador", "emissary", "gateway", "gateways", "envoy-gateway"],
  ],
  mesh: ["istio", "istio-*", "linkerd", "linkerd-*", "consul", "kuma-*"],
  network: ["calico-*", "cilium", "cilium-*", "kube-flannel", "metallb", "multus"],
  storage: ["rook-*", "longhorn", "longhorn-*", "openebs", "portworx", "local-path-storage", "velero"],
  "certificates and admission": ["cert-manager", "cert-manager-*", "gatekeeper", "gatekeeper-*", "kyverno", "spire"],
  monitoring: [
    ...["monitoring", "monitoring-*", "prometheus", "prometheus-*", "kube-prometheus", "alertmanager", "thanos"],
    ...["grafana", "grafana-*", "loki", "loki-*", "tempo", "jaeger", "logging", "observability", "node-exporter"],
  ],
  distribution: ["cattle-*", "openshift", "openshift-*", "fleet-*", "rancher-*"],
  deployment: ["argocd", "argocd-*", "argo", "argo-*", "flux", "flux-*", "tekton-*", "pulumi-*", "crossplane"],
};

const patterns = Object.entries(reserved).flatMap(([part, names]) =>
  names.map((name) => ({ part, pattern: new RegExp(`^${name.replace("*", ".*")}$`) })),
);

/** Which part of a cluster a namespace belongs to; undefined where it may be a service's. */
export function ownerOfNamespace(namespace: string): string | undefined {
  return patterns.find(({ pattern }) => pattern.test(namespace))?.part;
}
