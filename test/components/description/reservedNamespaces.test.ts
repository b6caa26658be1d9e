import { expect, test } from "vitest";
import { ownerOfNamespace } from "../../../components/description/reservedNamespaces.ts";

test.each([
  ...["default", "kube-system", "kube-public", "kube-node-lease", "kube-flannel"],
  ...["ingress", "ingress-nginx", "traefik", "istio-system", "istio-ingress", "linkerd", "gateway-system"],
  ...["vault", "external-secrets", "reloader", "cert-manager", "gatekeeper-system", "kyverno"],
  ...["calico-system", "tigera-operator", "cilium", "metallb-system", "rook-ceph", "longhorn-system", "velero"],
  ...["hashicorp-vault", "openbao", "traefik-external", "kong", "prometheus-operator", "alertmanager", "argo-rollouts"],
  ...["monitoring", "prometheus", "logging", "cattle-system", "cattle-fleet-system", "openshift-monitoring", "argocd"],
])("%s is a namespace of the cluster's own parts", (namespace) => {
  expect(ownerOfNamespace(namespace)).toBeDefined();
});

test.each(["declarations", "payments", "taxpayers", "vaults", "defaults", "system", "fleet", "registry", "customs"])(
  "%s may be a business domain",
  (namespace) => expect(ownerOfNamespace(namespace)).toBeUndefined(),
);
