import type { PrometheusConfiguration } from "../../components/monitoring/prometheusConfiguration.ts";
import type { RuleGroup } from "../../components/monitoring/rules/index.ts";
import type { ScrapeConfig } from "../../components/monitoring/scrapeJobs.ts";

/** Jobs of a site's Prometheus that have no target on this machine, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  kubelet: "a node of the sandbox has none: kwok is in its place",
  cadvisor: "it is a part of the kubelet",
  ipmi: "a machine's management controller answers it",
  apiserver: "it needs a cluster",
  etcd: "it needs a cluster; what it says of itself is read by metricNames.test.ts",
  "kube-scheduler": "it needs a cluster, and the sandbox's has no port",
  "kube-controller-manager": "it needs a cluster, and the sandbox's has no port",
  services: "pods are found by the cluster's API",
  "metrics-server": "it needs a cluster",
  vault: "it is no part of monitoring",
  grafana: "no Go module has its web page",
  "kube-state-metrics": "it cannot be had as a Go module, and needs a cluster",
  "external-secrets": "it cannot be had as a Go module, and needs a cluster",
};

/** Where the targets of a site's Prometheus are on this machine: ports of 127.0.0.1. */
export interface LocalPorts {
  /** By the replica's name: `prometheus-0`, `alertmanager-2`. */
  readonly replicas: Readonly<Record<string, number>>;
  readonly blackboxExporter: number;
  /** The node-exporter of a node, by the node's name. */
  readonly nodeExporter: (node: string) => number;
  /** The entrance that the site itself and its citizens ask. */
  readonly entrance: number;
  /** The other site's entrance. */
  readonly peer: number;
}

/** Changes the addresses in a rendered `prometheus.yml`, and leaves out the jobs of {@link leftOut}. Nothing else changes. */
export function localConfiguration(rendered: PrometheusConfiguration, ports: LocalPorts): PrometheusConfiguration {
  const replica = (instance: string) => at(ports.replicas[instance] ?? missing(instance));
  return {
    ...rendered,
    alerting: {
      ...rendered.alerting,
      alertmanagers: rendered.alerting.alertmanagers.map(() => ({
        static_configs: [
          {
            targets: Object.keys(ports.replicas)
              .filter((name) => name.startsWith("alertmanager-"))
              .map(replica),
          },
        ],
      })),
    },
    scrape_configs: rendered.scrape_configs
      .filter(({ job_name: job }) => !Object.hasOwn(leftOut, job))
      .map((job) => ({
        ...job,
        static_configs: (job.static_configs ?? []).map(({ targets, labels = {} }) => ({
          targets: targets.map(() => target(job, labels)),
          labels,
        })),
        ...(job.relabel_configs === undefined
          ? {}
          : {
              relabel_configs: job.relabel_configs.map((step) =>
                step.target_label === "__address__" ? { ...step, replacement: at(ports.blackboxExporter) } : step,
              ),
            }),
      })),
  };

  function target({ job_name: job }: ScrapeConfig, labels: Readonly<Record<string, string>>): string {
    const { instance = "", node = "" } = labels;
    if (job === "node-exporter") return at(ports.nodeExporter(node));
    if (job === "prometheus" || job === "alertmanager") return replica(instance);
    if (job === "blackbox-exporter") return at(ports.blackboxExporter);
    if (job === "hosts") return `https://${at(ports.entrance)}`;
    if (job === "peer-entrance") return `https://${at(ports.peer)}/-/healthy`;
    if (job === "peer") return at(ports.peer);
    return missing(job);
  }
}

/** The rules without the number of targets that a job of {@link leftOut} should have. */
export function localRules(group: RuleGroup): RuleGroup {
  const isLeftOut = (job: string | undefined) => job !== undefined && Object.hasOwn(leftOut, job);
  return {
    ...group,
    rules: group.rules.filter((rule) => !("record" in rule && isLeftOut(rule.labels?.["job"]))),
  };
}

function at(port: number): string {
  return `127.0.0.1:${port}`;
}

function missing(what: string): never {
  throw new Error(`${what} has no place on this machine: give it one, or say in leftOut why it has none`);
}
