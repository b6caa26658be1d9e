import type { Tool } from "./tools.ts";

/** A tool of Prometheus' own projects, which all tell their version in the same way. */
function ofPrometheus<Name extends string>(
  name: Name,
  project: "prometheus" | "alertmanager" | "node_exporter" | "blackbox_exporter",
): Tool<Name> {
  const module = `github.com/prometheus/${project}`;
  return {
    name,
    folder: project.replace("_", "-"),
    module,
    package: project.endsWith("_exporter") ? module : `${module}/cmd/${name}`,
    // Of the ways to find targets, only files and Kubernetes: those of all clouds take three times as long to build.
    ...(project === "prometheus" ? { tags: "remove_all_sd,enable_kubernetes_sd" } : {}),
    versionVariables: (tag) => ({ "github.com/prometheus/common/version.Version": tag.slice(1) }),
  };
}

/** Tools with which rules, metrics and configuration of monitoring are tried; no part of the sandbox's two sites. */
export const monitoringTools = {
  /** Checks and tries rules and the configuration of Prometheus. */
  promtool: ofPrometheus("promtool", "prometheus"),
  /** The metrics of a machine. */
  nodeExporter: ofPrometheus("node_exporter", "node_exporter"),
  /** Asks hosts as a citizen does. */
  blackboxExporter: ofPrometheus("blackbox_exporter", "blackbox_exporter"),
  /** Answers the metrics API, which autoscalers read. */
  metricsServer: {
    name: "metrics-server",
    folder: "metrics-server",
    module: "sigs.k8s.io/metrics-server",
    package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
  },
  /** Makes burn-rate rules from objectives, with which those of this project are compared. */
  sloth: {
    name: "sloth",
    folder: "sloth",
    module: "github.com/slok/sloth",
    package: "github.com/slok/sloth/cmd/sloth",
  },
  /** Checks the configuration of Alertmanager, and says where an alert goes. */
  amtool: ofPrometheus("amtool", "alertmanager"),
  /** Sends alerts to people. */
  alertmanager: ofPrometheus("alertmanager", "alertmanager"),
  /** Scrapes, and evaluates rules. */
  prometheus: ofPrometheus("prometheus", "prometheus"),
} satisfies Readonly<Record<string, Tool<string>>>;
