import type { ResolvedMicroservice } from "../description/index.ts";
import {
  type CidrEntry,
  cidrOf,
  commonLabels,
  hostCidr,
  type NetworkPolicyEgressRule,
  type NetworkPolicyIngressRule,
  type NetworkPolicyManifest,
  type NetworkPolicyPeer,
  podPeer,
  reasonAnnotations,
  selectorLabels,
} from "../kubernetes/index.ts";
import type { BackingService, MicroserviceSite, TrafficSource } from "../siteData.ts";
import { scrapersOf } from "./scrapers.ts";

/** A service by its name and namespace. */
export interface ServiceName {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The rules of one service, on its own end: in from its callers, the site's exposure controller and whoever scrapes; out
 * to the services it calls and its endpoints. The other end of each call is in the other service's policy.
 */
export function networkPolicyManifest(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  callers: readonly ServiceName[],
): NetworkPolicyManifest {
  const justifications = reasonAnnotations("justification", {
    ...Object.fromEntries(service.calls.map(({ name, justification }) => [`calls.${name}`, justification])),
    ...Object.fromEntries(
      Object.entries(service.backingServiceJustifications).map(([name, reason]) => [
        `backing-services.${name}`,
        reason,
      ]),
    ),
    exposure: service.exposure?.justification,
  });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: commonLabels(service.name, service.namespace),
      ...(Object.keys(justifications).length === 0 ? {} : { annotations: justifications }),
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
  callers: readonly ServiceName[],
): NetworkPolicyIngressRule[] {
  const { ports, metrics } = service;
  const entrance = service.exposure === undefined ? [] : sourcePeers(site.exposure.controller, site);
  const peers = callers.map(servicePeer);
  const scrapers = scrapersOf(site.monitoring);
  return [
    ...ruleFrom([...peers, ...entrance], ports?.http),
    ...ruleFrom(peers, ports?.grpc),
    ...ruleFrom(scrapers === undefined ? [] : sourcePeers(scrapers, site), metrics?.port),
  ];
}

/**
 * The pods or the addresses that traffic comes from. What a node's own process sends to a pod of another node leaves by a
 * tunnel where the network plugin has some, and then comes from the tunnel's address.
 */
export function sourcePeers(
  source: TrafficSource,
  { nodes = [], network }: Pick<MicroserviceSite, "nodes" | "network">,
): NetworkPolicyPeer[] {
  if (source.namespace !== undefined) return [podPeer(source.namespace, source.podLabels)];
  const { nodeRoles = [], cidrs = [] } = source;
  const onNodes = [
    ...nodes.filter(({ role }) => nodeRoles.includes(role)).map(({ address }) => hostCidr(address)),
    ...(network?.tunnelCidrs ?? []),
  ];
  return addressPeers([...(nodeRoles.length === 0 ? [] : onNodes), ...cidrs]);
}

/** A rule that admits peers to a port; none where there are no peers or no port. */
function ruleFrom(from: NetworkPolicyPeer[], port: number | undefined): NetworkPolicyIngressRule[] {
  return from.length === 0 || port === undefined ? [] : [{ from, ports: [{ protocol: "TCP", port }] }];
}

function egressRules(service: ResolvedMicroservice, site: MicroserviceSite): NetworkPolicyEgressRule[] {
  const calls = service.calls.map((callee) => ({
    to: [servicePeer(callee)],
    ports: [callee.port, ...(callee.grpcPort === undefined ? [] : [callee.grpcPort])].map((port) => ({
      protocol: "TCP" as const,
      port,
    })),
  }));
  return [...calls, ...backingServiceRules(service.backingServices, site), ...vaultRule(service, site)];
}

/** A rule that opens each of the backing services that are named. */
export function backingServiceRules(
  names: readonly string[],
  site: Pick<MicroserviceSite, "backingServices">,
): NetworkPolicyEgressRule[] {
  return names.flatMap((name) => {
    const backingService = site.backingServices[name];
    if (backingService === undefined) return [];
    return [
      {
        to: backingServicePeers(backingService),
        ports: [{ protocol: "TCP" as const, port: backingService.podPort ?? backingService.port }],
      },
    ];
  });
}

/** Vault Agent stands in the pod, so the pod reaches Vault; the External Secrets Operator has rules of its own. */
export function vaultRule(service: ResolvedMicroservice, { vault }: MicroserviceSite): NetworkPolicyEgressRule[] {
  if (service.secrets.agent === undefined || vault === undefined) return [];
  const port = Number(new URL(vault.address).port || 443);
  return [{ to: addressPeers(vault.cidrs), ports: [{ protocol: "TCP", port }] }];
}

/** The addresses or the pods behind a backing service. */
export function backingServicePeers(backingService: BackingService): NetworkPolicyPeer[] {
  if (backingService.cidrs !== undefined) return addressPeers(backingService.cidrs);
  return [podPeer(backingService.namespace, backingService.podLabels)];
}

/** The peers behind CIDRs. */
export function addressPeers(cidrs: readonly CidrEntry[]): NetworkPolicyPeer[] {
  return cidrs.map((entry) => ({ ipBlock: { cidr: cidrOf(entry) } }));
}

function servicePeer({ name, namespace }: ServiceName): NetworkPolicyPeer {
  return podPeer(namespace, selectorLabels(name));
}
