import type { Alerts } from "../alert.ts";

/** Targets of each job that answer; 0 for a job of which nothing is left, which a count of `up` would leave out. */
const answering = "(sum by (job) (up) or on (job) 0 * gemelos:expected_targets)";

/** What watches everything else. */
export const monitoringAlerts = {
  TargetsMissing: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    identity: ["job"],
    expression: () => `gemelos:expected_targets - on (job) ${answering} > 0`,
    summary: "{{ $value }} targets of {{ $labels.job }} are not scraped",
    description:
      "For {for}. Nothing is known of them, and no alert of theirs can fire. The inventory and the catalogue say how many there should be.",
  },
  TargetsAllMissing: {
    severity: "page",
    kind: "symptom",
    for: "10m",
    identity: ["job"],
    expression: () => `gemelos:expected_targets > 0 and on (job) ${answering} == 0`,
    summary: "None of the {{ $value }} targets of {{ $labels.job }} is scraped",
    description: "For {for} nothing is known of them, and no alert of theirs can fire.",
  },
  ServiceNotScraped: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "service"],
    expression: () =>
      '(label_replace(kube_deployment_status_replicas_available, "service", "$1", "deployment", "(.+)") * on (namespace, service) group_left (owner) gemelos:service:info{metrics="true"}) ' +
      '- on (namespace, service) group_left () (sum by (namespace, service) (up{job="services"}) or on (namespace, service) 0 * gemelos:service:info) > 0',
    summary: "{{ $value }} replicas of {{ $labels.service }} in {{ $labels.namespace }} are available and not scraped",
    description: "For {for}: its metrics path is another one or fails, and its error budget is not watched.",
  },
  PrometheusConfigurationStale: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    identity: ["instance"],
    expression: () => "prometheus_config_last_reload_successful == 0",
    summary: "Prometheus {{ $labels.instance }} could not load its configuration",
    description: "For {for} it goes on with the one before.",
  },
  PrometheusRulesFailing: {
    severity: "page",
    kind: "symptom",
    for: "15m",
    identity: ["instance", "rule_group"],
    expression: () => "increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
    summary:
      'Rules of {{ $labels.rule_group }} fail in Prometheus {{ $labels.instance }}: {{ $value | printf "%.0f" }} in 5 minutes',
    description: "For {for}. Alerts of this group do not fire.",
  },
  PrometheusNotificationsLost: {
    severity: "page",
    kind: "symptom",
    for: "15m",
    identity: ["instance", "alertmanager"],
    expression: () => "rate(prometheus_notifications_errors_total[5m]) > 0",
    summary: "Prometheus {{ $labels.instance }} does not reach {{ $labels.alertmanager }}",
    description:
      "For {for} {{ $value | humanize }} alerts a second are lost there. If it is so for all Alertmanagers, nobody hears of anything.",
  },
  AlertmanagerNotificationsFailing: {
    severity: "page",
    kind: "symptom",
    for: "10m",
    threshold: { value: 0.01, unit: "ratio" },
    identity: ["integration"],
    expression: ({ threshold }) =>
      `sum by (integration) (rate(alertmanager_notifications_failed_total[5m])) / sum by (integration) (rate(alertmanager_notifications_total[5m])) > ${threshold}`,
    summary: "{{ $value | humanizePercentage }} of the notifications by {{ $labels.integration }} fail",
    description: "More than {threshold} for {for}. The log of Alertmanager says why.",
  },
  AlertmanagersApart: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["instance"],
    expression: () => 'alertmanager_cluster_members < on () group_left () (sum(up{job="alertmanager"}) > 1)',
    summary: "The Alertmanager {{ $labels.instance }} sees only {{ $value }} members of its cluster",
    description: "For {for}. Silences do not reach it, and notifications may be sent twice.",
  },
} satisfies Alerts;
