import { type ResolvedMicroservice, resolveMicroservice } from "../description/index.ts";
import type { Microservice } from "../microservice.ts";
import type { SuppliedSecret } from "../secrets.ts";
import type { Site } from "../siteData.ts";
import type { PrometheusMonitoring } from "../siteMonitoring.ts";
import { sizing } from "./sizing.ts";

/** The namespace of all parts but those on the nodes' own network. */
export const monitoringNamespace = "monitoring";

/** The namespace of what runs on the nodes' own network, in which Pod Security lets everything pass. */
export const nodesNamespace = "monitoring-nodes";

const allParts = [
  ...(["alertmanager", "blackbox-exporter", "grafana", "ipmi-exporter"] as const),
  ...(["kube-state-metrics", "metrics-server", "node-exporter", "prometheus"] as const),
] as const;

/** The parts of monitoring, by the names of their images, objects and releases. */
export type PartName = (typeof allParts)[number];

/** Releases without those of parts of monitoring. */
export function withoutParts(releases: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(releases).filter(([name]) => !allParts.some((part) => part === name)));
}

/** What decides which parts a site has. */
export type PartsSite = Pick<Site, "contact"> & {
  readonly monitoring?: Site["monitoring"];
  /** Only how many there are. */
  readonly nodes?: readonly unknown[];
};

/** The parts that a site's monitoring makes, in the order of their names; each has a release. None unless it makes its own. */
export function partNames({
  monitoring,
  nodes = [],
}: {
  readonly monitoring?: Site["monitoring"];
  readonly nodes?: readonly { readonly kind?: "metal" | "vm" }[];
}): PartName[] {
  if (monitoring?.kind !== "prometheus") return [];
  const without = new Set<PartName>([
    ...(nodes.some(isMetal) ? [] : ["ipmi-exporter" as const]),
    ...(monitoring.metricsServer === false ? ["metrics-server" as const] : []),
  ]);
  return allParts.filter((part) => !without.has(part));
}

/** Whether a node is a machine, with sensors of its own. */
export function isMetal({ kind = "metal" }: { readonly kind?: "metal" | "vm" }): boolean {
  return kind === "metal";
}

/** Ports on which parts listen. What is on the nodes' own network listens at the node's address. */
export const partPorts = {
  prometheus: 9090,
  alertmanager: 9093,
  alertmanagerCluster: 9094,
  grafana: 3000,
  blackboxExporter: 9115,
  kubeStateMetrics: 8080,
  metricsServer: 10250,
  nodeExporter: 9100,
  ipmiExporter: 9290,
} as const;

/** Keys of the values that an operator puts into Vault, by the part that reads them. */
export const secretKeys = {
  grafanaPassword: "ADMIN_PASSWORD",
  smtpPassword: "SMTP_PASSWORD",
  webhookUrl: "WEBHOOK_URL",
  prometheusPassword: "PASSWORD",
  peerPassword: "PEER_PASSWORD",
} as const;

/**
 * The parts that stand in pods of their own in the namespace `monitoring`, described as services are: so namespace, quota,
 * secrets, hosts and their certificates come about in the same way. `services` is how many pods of services there are at most.
 */
export function partServices(site: PartsSite, services: number): ResolvedMicroservice[] {
  const { monitoring } = site;
  if (monitoring?.kind !== "prometheus") return [];
  const { prometheus, objects } = sizing({ nodes: site.nodes?.length ?? 0, pods: services });
  const parts: Record<string, Partial<Microservice>> = {
    alertmanager: {
      description: "Sends alerts to those whom they concern",
      ports: one(partPorts.alertmanager),
      resources: { requests: { cpu: "50m", memory: "128Mi" } },
      secrets: alertmanagerSecrets(monitoring),
    },
    "blackbox-exporter": {
      description: "Asks the exposed hosts, and the other site's entrance, as a citizen does",
      ports: one(partPorts.blackboxExporter),
      resources: { requests: { cpu: "50m", memory: "128Mi" } },
    },
    grafana: {
      description: "Shows dashboards",
      ports: one(partPorts.grafana),
      resources: { requests: { cpu: "200m", memory: "512Mi" } },
      exposure: { host: "grafana", domain: "internal" },
      secrets: {
        [secretKeys.grafanaPassword]: supplied({ description: "password of Grafana's administrator, admin" }),
      },
    },
    "kube-state-metrics": {
      description: "Tells Prometheus of the cluster's objects",
      ports: one(partPorts.kubeStateMetrics),
      resources: { requests: { cpu: "100m", memory: objects } },
    },
    ...(monitoring.metricsServer === false
      ? {}
      : {
          "metrics-server": {
            description: "Tells autoscalers what pods use",
            ports: one(partPorts.metricsServer),
            resources: { requests: { cpu: "100m", memory: "256Mi" } },
          },
        }),
    prometheus: {
      description: "Scrapes the site and evaluates its rules",
      ports: one(partPorts.prometheus),
      resources: { requests: { cpu: prometheus.cpu, memory: prometheus.memory } },
      exposure: { host: "prometheus", domain: "internal" },
      secrets: prometheusSecrets(monitoring),
    },
  };
  return Object.entries(parts).map(([name, part]) =>
    resolveMicroservice({
      ...{ name, namespace: monitoringNamespace, description: "", owner: site.contact, metrics: "none" as const },
      resources: { requests: { cpu: "50m", memory: "128Mi" } },
      ...part,
    }),
  );
}

/** A value that an operator puts into Vault. */
function supplied(stated: Pick<SuppliedSecret, "description">): SuppliedSecret {
  return { kind: "supplied", ...stated };
}

/** One port for everything. */
function one(port: number): NonNullable<Microservice["ports"]> {
  return { http: port, management: port };
}

function alertmanagerSecrets({ receivers }: PrometheusMonitoring): NonNullable<Microservice["secrets"]> {
  return {
    ...(receivers.email?.username === undefined
      ? {}
      : { [secretKeys.smtpPassword]: supplied({ description: "password at the mail server by which alerts go out" }) }),
    ...(receivers.webhook === undefined
      ? {}
      : { [secretKeys.webhookUrl]: supplied({ description: "whole URL of the webhook to which alerts go" }) }),
  };
}

function prometheusSecrets({ peer }: PrometheusMonitoring): NonNullable<Microservice["secrets"]> {
  return {
    [secretKeys.prometheusPassword]: supplied({
      description: "password with which the other site's Prometheus, and Grafana, ask this one",
    }),
    ...(peer === undefined
      ? {}
      : { [secretKeys.peerPassword]: supplied({ description: "the other site's password for its Prometheus" }) }),
  };
}
