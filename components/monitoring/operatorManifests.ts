import { siteLabels } from "../kubernetes/index.ts";
import type { OperatorMonitoring } from "../siteMonitoring.ts";
import type { MonitoringContext } from "./context.ts";
import type { DashboardFile } from "./dashboards/index.ts";
import type { MonitoringObject } from "./objects.ts";
import type { RuleGroup } from "./rules/index.ts";

/** The same rules, probes and dashboards for a cluster in which prometheus-operator runs. */
export function operatorObjects(
  context: MonitoringContext,
  monitoring: OperatorMonitoring,
  groups: readonly RuleGroup[],
  dashboards: readonly DashboardFile[],
): MonitoringObject[] {
  const { namespace, selectorLabels = {}, dashboardLabels = { grafana_dashboard: "1" }, prober } = monitoring;
  const named = (name: string, labels: Readonly<Record<string, string>>) => ({
    ...{ name: `gemelos-${name}`, namespace, labels: { ...siteLabels, ...labels } },
  });
  const apiVersion = "monitoring.coreos.com/v1";
  const scraped = context.services.filter(({ metrics }) => metrics !== undefined);
  return [
    ...groups.map(({ name, ...group }) => ({
      name: `rules-${name}`,
      manifest: {
        ...({ apiVersion, kind: "PrometheusRule" } as const),
        metadata: named(name.replace(/^gemelos-/, ""), selectorLabels),
        spec: { groups: [{ name, ...group }] },
      },
    })),
    ...(scraped.length === 0
      ? []
      : [
          {
            name: "services",
            manifest: {
              ...({ apiVersion, kind: "PodMonitor" } as const),
              metadata: named("services", selectorLabels),
              spec: podMonitorSpec([...new Set(scraped.map((service) => service.namespace))].sort()),
            },
          },
        ]),
    ...(prober === undefined || context.hosts.length === 0
      ? []
      : [
          {
            name: "hosts",
            manifest: {
              ...({ apiVersion, kind: "Probe" } as const),
              metadata: named("hosts", selectorLabels),
              spec: {
                ...{ jobName: "hosts", module: "http_2xx", prober: { url: prober } },
                targets: {
                  staticConfig: {
                    static: context.hosts.map((host) => `https://${host}`),
                    relabelingConfigs: [
                      { sourceLabels: ["instance"], regex: "https://(.+)", targetLabel: "host", action: "replace" },
                    ],
                  },
                },
              },
            },
          },
        ]),
    ...dashboards.map(({ file, json }) => ({
      name: `dashboard-${file.replace(/\.json$/, "")}`,
      manifest: {
        ...({ apiVersion: "v1", kind: "ConfigMap" } as const),
        metadata: named(`dashboard-${file.replace(/\.json$/, "")}`, dashboardLabels),
        data: { [file]: json },
      },
    })),
  ];
}

/** Scrapes the pods as their annotations say, with the labels that the rules use. */
function podMonitorSpec(namespaces: readonly string[]) {
  const pod = "__meta_kubernetes_pod_";
  const annotation = `${pod}annotation_prometheus_io_`;
  const copy = (source: string, targetLabel: string, regex = "(.+)") => ({
    ...{ sourceLabels: [source], regex, targetLabel, action: "replace" },
  });
  return {
    namespaceSelector: { matchNames: namespaces },
    selector: { matchLabels: { ...siteLabels } },
    podMetricsEndpoints: [
      {
        interval: "30s",
        tlsConfig: { insecureSkipVerify: true },
        relabelings: [
          { sourceLabels: [`${annotation}scrape`], regex: "true", action: "keep" },
          { sourceLabels: [`${annotation}port`], targetLabel: `${pod}container_port_number`, action: "keepequal" },
          copy(`${annotation}scheme`, "__scheme__", "(https?)"),
          copy(`${annotation}path`, "__metrics_path__"),
          copy(`${pod}label_app_kubernetes_io_name`, "service"),
          copy(`${pod}name`, "instance"),
          copy(`${pod}node_name`, "node"),
          { targetLabel: "job", replacement: "services", action: "replace" },
        ],
      },
    ],
    sampleLimit: 10_000,
  };
}
