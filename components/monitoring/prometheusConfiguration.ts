import { clusterDomain } from "../description/index.ts";
import { monitoringNamespace, partPorts } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { type RelabelConfig, type ScrapeConfig, scrapeConfigs, scrapeInterval } from "./scrapeJobs.ts";

/** `prometheus.yml`, in the fields that are used here. Names are Prometheus'. */
export interface PrometheusConfiguration {
  readonly global: {
    readonly scrape_interval: string;
    readonly evaluation_interval: string;
    readonly external_labels: Readonly<Record<string, string>>;
  };
  readonly rule_files: readonly string[];
  readonly alerting: {
    readonly alert_relabel_configs: readonly RelabelConfig[];
    readonly alertmanagers: readonly { readonly static_configs: readonly { readonly targets: readonly string[] }[] }[];
  };
  readonly scrape_configs: readonly ScrapeConfig[];
}

/**
 * The configuration of a site's Prometheus. Each replica sends each alert to every Alertmanager: these share silences and what
 * they have sent, and no alerts. What tells replicas apart is taken from alerts, or each would count as another one.
 */
export function prometheusConfiguration(plan: MonitoringPlan): PrometheusConfiguration {
  const { context, replicas } = plan;
  const domain = clusterDomain(plan);
  return {
    global: {
      ...{ scrape_interval: scrapeInterval, evaluation_interval: scrapeInterval },
      // Prometheus fills the name in from its environment.
      external_labels: { datacenter: context.site, replica: "${POD_NAME}" },
    },
    rule_files: ["/etc/prometheus/rules/*.json"],
    alerting: {
      alert_relabel_configs: [{ regex: "replica", action: "labeldrop" }],
      alertmanagers: [
        {
          static_configs: [
            {
              targets: Array.from(
                { length: replicas.alertmanager },
                (_, index) =>
                  `alertmanager-${index}.alertmanager-replicas.${monitoringNamespace}.svc.${domain}:${partPorts.alertmanager}`,
              ),
            },
          ],
        },
      ],
    },
    scrape_configs: scrapeConfigs(plan),
  };
}
