import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { MonitoringManifest, MonitoringManifests } from "./monitoring/index.ts";

/** Arguments of a {@link Monitoring}: what `monitoringManifests` made. All are plain values: they decide which objects exist. */
export type MonitoringArgs = Pick<MonitoringManifests, "objects">;

type Create = (name: string, manifest: MonitoringManifest, options: pulumi.CustomResourceOptions) => pulumi.Resource;

/**
 * What watches a site: Prometheus, Alertmanager, Grafana and their exporters; or, for a prometheus-operator, what it reads.
 * Nothing waits for it: services are deployed whether or not their monitoring comes up.
 *
 * @example
 * const manifests = monitoringManifests(site, services, { ruleGroups, dashboards });
 * new Monitoring("monitoring", manifests, { providers: [cluster], dependsOn: datacenter.namespaceResources("monitoring") });
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Its children, by their names without the component's. */
  readonly resources: ReadonlyMap<string, pulumi.Resource>;

  constructor(name: string, { objects }: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gemelos:index:Monitoring", name, {}, opts);
    const resources = new Map<string, pulumi.Resource>();
    const first: pulumi.Resource[] = [];
    for (const object of objects) {
      const { kind } = object.manifest;
      const begins = kind === "Namespace" || kind === "PriorityClass";
      const options: pulumi.CustomResourceOptions = {
        parent: this,
        dependsOn: [
          ...(opts?.dependsOn === undefined ? [] : [opts.dependsOn].flat()),
          ...(begins ? [] : first),
        ] as pulumi.Resource[],
        ...(kind === "Namespace" ? { retainOnDelete: true } : {}),
        // A claim is never made smaller, and larger by hand alone: docs/monitoring.md says how.
        ...(kind === "StatefulSet" ? { ignoreChanges: ["spec.volumeClaimTemplates"] } : {}),
      };
      const resource = create(`${name}-${object.name}`, object.manifest, options);
      resources.set(object.name, resource);
      if (begins) first.push(resource);
    }
    this.resources = resources;
    this.registerOutputs({});
  }
}

/** Registers an object as the resource of its kind. */
const create: Create = (name, manifest, options) => {
  switch (manifest.kind) {
    case "Namespace":
      return new kubernetes.core.v1.Namespace(name, manifest, options);
    case "PriorityClass":
      return new kubernetes.scheduling.v1.PriorityClass(name, manifest, options);
    case "ServiceAccount":
      return new kubernetes.core.v1.ServiceAccount(name, manifest, options);
    case "ConfigMap":
      return new kubernetes.core.v1.ConfigMap(name, manifest, options);
    case "Service":
      return new kubernetes.core.v1.Service(name, manifest, options);
    case "ResourceQuota":
      return new kubernetes.core.v1.ResourceQuota(name, manifest, options);
    case "ClusterRole":
      return new kubernetes.rbac.v1.ClusterRole(name, manifest, options);
    case "ClusterRoleBinding":
      return new kubernetes.rbac.v1.ClusterRoleBinding(name, manifest, options);
    case "Role":
      return new kubernetes.rbac.v1.Role(name, manifest, options);
    case "RoleBinding":
      return new kubernetes.rbac.v1.RoleBinding(name, manifest, options);
    case "NetworkPolicy":
      return new kubernetes.networking.v1.NetworkPolicy(name, manifest, options);
    case "Ingress":
      return new kubernetes.networking.v1.Ingress(name, manifest, options);
    case "PodDisruptionBudget":
      return new kubernetes.policy.v1.PodDisruptionBudget(name, manifest, options);
    case "Deployment":
      return new kubernetes.apps.v1.Deployment(name, manifest, options);
    case "StatefulSet":
      return new kubernetes.apps.v1.StatefulSet(name, manifest, options);
    case "DaemonSet":
      return new kubernetes.apps.v1.DaemonSet(name, manifest, options);
    case "APIService":
      return new kubernetes.apiregistration.v1.APIService(name, manifest, options);
    case "ExternalSecret":
    case "HTTPRoute":
    case "PodMonitor":
    case "Probe":
    case "PrometheusRule":
    case "SecretStore":
      return new kubernetes.apiextensions.CustomResource(name, manifest, options);
  }
};
