import type { RuleGroup } from "./rules/index.ts";

interface CustomMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A PodMonitor of prometheus-operator, in the fields that are used here. */
export interface PodMonitorManifest {
  readonly apiVersion: "monitoring.coreos.com/v1";
  readonly kind: "PodMonitor";
  readonly metadata: CustomMetadata;
  readonly spec: object;
}

/** A Probe of prometheus-operator, in the fields that are used here. */
export interface ProbeManifest {
  readonly apiVersion: "monitoring.coreos.com/v1";
  readonly kind: "Probe";
  readonly metadata: CustomMetadata;
  readonly spec: object;
}

/** A PrometheusRule of prometheus-operator, in the fields that are used here. */
export interface PrometheusRuleManifest {
  readonly apiVersion: "monitoring.coreos.com/v1";
  readonly kind: "PrometheusRule";
  readonly metadata: CustomMetadata;
  readonly spec: { readonly groups: readonly RuleGroup[] };
}
