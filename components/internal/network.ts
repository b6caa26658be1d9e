import type { Microservice } from "../microservice.ts";
import type { MicroserviceSite } from "../microserviceSite.ts";
import { type ResolvedMicroservice, readsFiles, resolveMicroservice } from "./defaults.ts";
import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyManifest,
  NetworkPolicyPeer,
} from "./manifests.ts";
import { commonLabels, monitoringNamespace, namespaceLabels, selectorLabels } from "./names.ts";

/** Closes a namespace in both directions for every pod in it. What may pass is said by further policies. */
export function planDefaultDeny(namespace: string): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "default-deny", namespace, labels: { "app.kubernetes.io/managed-by": "pulumi" } },
    // The empty lists say the same as none; stated, they are the program's own, so that a rule added by hand is found.
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [], egress: [] },
  };
}

/** Opens DNS to the cluster's own resolver and to nobody else. */
export function planAllowDns(namespace: string): NetworkPolicyManifest {
  const resolver = peer("kube-system", { "k8s-app": "kube-dns" });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "allow-dns", namespace, labels: { "app.kubernetes.io/managed-by": "pulumi" } },
    spec: {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [resolver],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    },
  };
}

/**
 * The rules of one service, on its own end: in from its callers, the site's exposure controller and Prometheus; out
 * to the services it calls and its endpoints. The other end of each call is in the other service's policy.
 */
export function planNetworkPolicy(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  callers: readonly Microservice[],
): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: commonLabels(service.name, service.namespace),
    },
    spec: {
      podSelector: { matchLabels: selectorLabels(service.name) },
      policyTypes: ["Ingress", "Egress"],
      ingress: ingressRules(service, site, callers),
      egress: egressRules(service, site),
    },
  };
}

function ingressRules(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  callers: readonly Microservice[],
): NetworkPolicyIngressRule[] {
  const { controller } = site.exposure;
  const http = [
    ...callers.map(servicePeer),
    ...(service.resolvedExposure === undefined ? [] : [peer(controller.namespace, controller.podLabels)]),
  ];
  const prometheus = peer(monitoringNamespace, { "app.kubernetes.io/name": "prometheus" });
  return [
    ...(http.length === 0 ? [] : [{ from: http, ports: [{ protocol: "TCP" as const, port: service.ports.http }] }]),
    ...(service.metricsPath === undefined
      ? []
      : [{ from: [prometheus], ports: [{ protocol: "TCP" as const, port: service.ports.management }] }]),
  ];
}

function egressRules(service: ResolvedMicroservice, site: MicroserviceSite): NetworkPolicyEgressRule[] {
  const calls = service.resolvedCalls.map(({ service: callee }) => ({
    to: [servicePeer(callee)],
    ports: [{ protocol: "TCP" as const, port: resolveMicroservice(callee).ports.http }],
  }));
  const endpoints = service.endpoints.flatMap((name) => {
    const endpoint = site.endpoints[name];
    if (endpoint === undefined) return [];
    return [
      {
        to: endpoint.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
        ports: [{ protocol: "TCP" as const, port: endpoint.port }],
      },
    ];
  });
  return [...calls, ...endpoints, ...vaultRule(service, site)];
}

/** Vault Agent stands in the pod, so the pod reaches Vault; the External Secrets Operator has rules of its own. */
function vaultRule(service: ResolvedMicroservice, { vault }: MicroserviceSite): NetworkPolicyEgressRule[] {
  if (!readsFiles(service) || vault === undefined) return [];
  const port = Number(new URL(vault.address).port || 443);
  return [{ to: vault.cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: [{ protocol: "TCP", port }] }];
}

function servicePeer({ name, namespace }: Microservice): NetworkPolicyPeer {
  return peer(namespace, selectorLabels(name));
}

function peer(namespace: string, labels: Readonly<Record<string, string>>): NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: namespaceLabels(namespace) },
    podSelector: { matchLabels: { ...labels } },
  };
}
