import type { ResolvedMicroservice } from "../description/index.ts";
import { type PriorityClassManifest, siteLabels, withPatchForce } from "../kubernetes/index.ts";
import type { Site } from "../siteData.ts";
import { vaultManifests } from "../vault/index.ts";
import { exposedHost, httpRouteManifest, ingressManifest, type WorkloadResources } from "../workload/index.ts";
import { alertmanagerObjects } from "./alertmanager.ts";
import { blackboxExporterObjects } from "./blackboxExporter.ts";
import { type MonitoringContext, monitoringContext } from "./context.ts";
import type { DashboardFile } from "./dashboards/index.ts";
import { expectedTargetGroup } from "./expectedTargets.ts";
import { grafanaObjects } from "./grafana.ts";
import { kubeStateMetricsObjects } from "./kubeStateMetrics.ts";
import { metricsServerObjects } from "./metricsServer.ts";
import { networkPolicyManifests } from "./networkPolicies.ts";
import { nodeAgentObjects } from "./nodeAgents.ts";
import type { MonitoringObject } from "./objects.ts";
import { operatorObjects } from "./operatorManifests.ts";
import type { PartName } from "./parts.ts";
import { type MonitoringPlan, monitoringPlan } from "./plan.ts";
import { monitoringPriority } from "./pod.ts";
import { prometheusObjects } from "./prometheus.ts";
import type { RuleGroup } from "./rules/index.ts";
import type { PartObjects } from "./workloads.ts";

/** What is shown and what is watched, of a site. */
export interface MonitoringContent {
  /** The rules of a site. */
  readonly ruleGroups: (context: MonitoringContext) => readonly RuleGroup[];
  /** The dashboards of a site. */
  readonly dashboards: (context: MonitoringContext) => readonly DashboardFile[];
}

/** A part that stands in pods of its own, as a `Datacenter` takes it: for the namespace, its quota, hosts and secrets. */
interface MonitoringPart {
  readonly microservice: ResolvedMicroservice;
  readonly resources: WorkloadResources;
}

/** The objects of a site's monitoring. */
export interface MonitoringManifests {
  /** In the order in which they are made. */
  readonly objects: readonly MonitoringObject[];
  /** The parts in the namespace `monitoring`; none where the site does not make its own. */
  readonly parts: readonly MonitoringPart[];
}

/**
 * Builds all objects of a site's monitoring; none where others watch the site, or nobody does.
 * @param services all services of the catalogue
 * @throws ValidationError where the site has no Vault, from which the parts have their secrets.
 */
export function monitoringManifests(
  site: Site,
  services: readonly ResolvedMicroservice[],
  { ruleGroups, dashboards }: MonitoringContent,
): MonitoringManifests {
  const { monitoring } = site;
  if (monitoring?.kind === "operator") {
    const context = monitoringContext(site, services);
    const objects = operatorObjects(context, monitoring, ruleGroups(context), dashboards(context));
    return { objects: owned(objects), parts: [] };
  }
  const plan = monitoringPlan(site, services);
  if (plan === undefined) return { objects: [], parts: [] };
  const groups = [...ruleGroups(plan.context), expectedTargetGroup(plan)];
  const shown = dashboards(plan.context);
  const built = plan.services.map((service) => ({
    service,
    ...partObjects(plan, service, groups, shown),
  }));
  const policies = networkPolicyManifests(plan);
  return {
    parts: built.map(({ service, resources }) => ({ microservice: service, resources })),
    objects: owned([
      { name: "priority", manifest: priorityClass },
      ...nodeAgentObjects(plan),
      ...built.flatMap(({ service, objects }) => {
        const rules = policies.get(service.name);
        return [
          ...(rules === undefined ? [] : [{ name: `${service.name}-network-policy`, manifest: rules }]),
          ...secretObjects(service, site),
          ...objects,
          ...exposureObjects(plan, service),
        ];
      }),
    ]),
  };
}

/** Git wins over a change by hand, as in all objects of the program. */
function owned(objects: readonly MonitoringObject[]): MonitoringObject[] {
  return objects.map(({ name, manifest }) => ({ name, manifest: withPatchForce(manifest) }));
}

function partObjects(
  plan: MonitoringPlan,
  service: ResolvedMicroservice,
  groups: readonly RuleGroup[],
  dashboards: readonly DashboardFile[],
): PartObjects {
  // Described by the names of parts.
  switch (service.name as PartName) {
    case "prometheus":
      return prometheusObjects(plan, service, groups);
    case "alertmanager":
      return alertmanagerObjects(plan, service);
    case "grafana":
      return grafanaObjects(plan, service, dashboards, exposedHost(service, plan) ?? "");
    case "kube-state-metrics":
      return kubeStateMetricsObjects(plan, service);
    case "metrics-server":
      return metricsServerObjects(plan, service);
    case "blackbox-exporter":
      return blackboxExporterObjects(plan, service);
    default:
      throw new RangeError(`${service.name} has no pods of its own in the namespace ${service.namespace}`);
  }
}

/** What brings a part's secrets from Vault, as those of a service. */
function secretObjects(service: ResolvedMicroservice, site: Site): MonitoringObject[] {
  const made = vaultManifests(service, site, site.file, new Set());
  if (made === undefined) return [];
  const { authority, secretStore, externalSecret } = made;
  return [
    { name: `${service.name}-vault-authority`, manifest: authority },
    ...(secretStore === undefined ? [] : [{ name: `${service.name}-secret-store`, manifest: secretStore }]),
    ...(externalSecret === undefined ? [] : [{ name: `${service.name}-external-secret`, manifest: externalSecret }]),
  ];
}

function exposureObjects(plan: MonitoringPlan, service: ResolvedMicroservice): MonitoringObject[] {
  const host = exposedHost(service, plan);
  const { exposure } = plan;
  if (host === undefined || service.ports === undefined) return [];
  return exposure.kind === "gateway"
    ? [
        {
          name: `${service.name}-http-route`,
          manifest: httpRouteManifest(service, service.ports.http, exposure.gateway, host),
        },
      ]
    : [{ name: `${service.name}-ingress`, manifest: ingressManifest(service, exposure, host, "monitoring") }];
}

const priorityClass: PriorityClassManifest = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: monitoringPriority, labels: siteLabels },
  value: 1_000_000,
  description: "What watches the site: without it nobody sees why services do not start",
  globalDefault: false,
  preemptionPolicy: "PreemptLowerPriority",
};
