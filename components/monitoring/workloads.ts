import type { ResolvedMicroservice } from "../description/index.ts";
import {
  type ConfigMapManifest,
  configMapManifest,
  containerResources,
  type DeploymentManifest,
  maxResources,
  noResources,
  type PodSpec,
  podResources,
  quantity,
  type StatefulSetManifest,
  selectorLabels,
  type Volume,
} from "../kubernetes/index.ts";
import type { WorkloadResources } from "../workload/index.ts";
import { type MonitoringObject, partMetadata, withoutWait } from "./objects.ts";
import type { MonitoringPlan } from "./plan.ts";

/** The objects of a part, and what its pods ask of the namespace. */
export interface PartObjects {
  readonly objects: readonly MonitoringObject[];
  readonly resources: WorkloadResources;
}

type PodTemplate = NonNullable<DeploymentManifest["spec"]>["template"];

/** A Deployment of a part. */
export function partDeployment(
  service: ResolvedMicroservice,
  replicas: number,
  template: PodTemplate,
): DeploymentManifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { ...partMetadata(service), annotations: { ...withoutWait } },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorLabels(service.name) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template,
    },
  };
}

/** A StatefulSet of a part whose replicas have a volume each, which outlives them. */
export function partStatefulSet(
  service: ResolvedMicroservice,
  replicas: number,
  template: PodTemplate,
  volume: { readonly name: string; readonly size: string },
  plan: MonitoringPlan,
): StatefulSetManifest {
  const storageClassName = plan.monitoring.storageClass ?? plan.storageClass;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { ...partMetadata(service), annotations: { ...withoutWait } },
    spec: {
      serviceName: `${service.name}-replicas`,
      replicas,
      podManagementPolicy: "Parallel",
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorLabels(service.name) },
      updateStrategy: { type: "RollingUpdate" },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      template,
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: volume.name },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: volume.size } },
            ...(storageClassName === undefined ? {} : { storageClassName }),
          },
        },
      ],
    },
  };
}

/** What a part's pods ask of the namespace: twice its replicas, as of services, since old pods count until they are gone. */
export function partResources(spec: PodSpec | undefined, replicas: number, volume = "0"): WorkloadResources {
  const pod = spec === undefined ? noResources : podResources(spec);
  return {
    pods: 2 * replicas,
    pod,
    largestContainer: (spec?.containers ?? []).map(containerResources).reduce(maxResources, noResources),
    claimedStorage: replicas * quantity(volume),
    nodePorts: 0,
    loadBalancers: 0,
  };
}

/** An immutable ConfigMap of a part, named by its content: a change begins a rollout. */
export function partConfig(
  service: ResolvedMicroservice,
  part: string,
  files: Readonly<Record<string, string>>,
): { readonly object: MonitoringObject; readonly volume: Volume } {
  const manifest: ConfigMapManifest = configMapManifest(service, part, files);
  return {
    object: { name: `${service.name}-${part}`, manifest },
    volume: { name: part, configMap: { name: manifest.metadata.name } },
  };
}

/** A configuration as a file that servers read as YAML, of which JSON is a part. */
export function configurationText(configuration: object): string {
  return `${JSON.stringify(configuration, null, 2)}\n`;
}
