import type { ResolvedMicroservice } from "../description/index.ts";
import {
  type ApplyTransform,
  commonLabels,
  contentHash,
  type JobManifest,
  type NetworkPolicyManifest,
  noPod,
  selectorLabels,
} from "../kubernetes/index.ts";
import type { MicroserviceSite } from "../siteData.ts";
import { versionLabel } from "./deployment.ts";
import { backingServiceRules, vaultRule } from "./networkPolicy.ts";
import type { PodInputs } from "./podInputs.ts";
import { podTemplate } from "./podTemplate.ts";

/** What the databases of a service are changed with before its rollout. */
export interface MigrationManifests {
  readonly job: JobManifest;
  /** The only one that selects the Job's pods beside those of the whole namespace. */
  readonly networkPolicy: NetworkPolicyManifest;
  /**
   * Whether it runs in this site: not where all its databases are replicas, which get the change from the original. Its pod counts
   * in the quota all the same, so that a replica that becomes the original needs no other.
   */
  readonly runs: boolean;
  /** Seconds for which Pulumi waits until the Job is complete. */
  readonly awaitSeconds: number;
}

/** Annotations of the Job, by which others know what it does: the service, the phase, and what a contract waits for. */
export const migrationAnnotations = {
  service: "gemelos.dev/migration-of",
  phase: "gemelos.dev/migration-phase",
  after: "gemelos.dev/migration-after",
} as const;

/**
 * Pods that may fail before the Job has: a network plugin may need a moment for a new pod's rules, and a database for a failover.
 * What is wrong for good fails as often, within a minute more.
 */
const backoffLimit = 2;

/** Seconds beside the Job's own time in which the API server, the controllers and the engine do their work. */
const margin = 60;

/** Time to end a statement after SIGTERM, and to give a lock back. */
const terminationGracePeriodSeconds = 60;

/** The name that the Job's pods, their network rules and their labels share: `receipts-migration`. */
export function migrationName({ name }: Pick<ResolvedMicroservice, "name">): string {
  return `${name}-migration`;
}

/**
 * The Job of a service's migration, and the network rules of its pods; undefined where it has none, and while it is paused. Its
 * labels are its own, so that no Service, autoscaler or disruption budget counts its pods.
 */
export function migrationManifests(
  service: ResolvedMicroservice,
  site: MicroserviceSite,
  inputs: PodInputs,
  transformed: ApplyTransform,
): MigrationManifests | undefined {
  const { migration } = service;
  if (migration === undefined || service.paused) return undefined;
  const originals = migration.databases.filter((name) => site.backingServices[name]?.replicaOf === undefined);
  return {
    job: namedByContent(
      service,
      inputs.release,
      transformed(service.transforms.job, jobManifest(service, migration, inputs)),
    ),
    networkPolicy: transformed(undefined, migrationPolicy(service, originals, site)),
    runs: originals.length > 0,
    awaitSeconds: migration.seconds + terminationGracePeriodSeconds + margin,
  };
}

type Migration = NonNullable<ResolvedMicroservice["migration"]>;

function jobManifest(service: ResolvedMicroservice, migration: Migration, inputs: PodInputs): JobManifest {
  const name = migrationName(service);
  const labels = commonLabels(name, service.namespace);
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      namespace: service.namespace,
      labels: { ...labels, "app.kubernetes.io/version": versionLabel(inputs.release) },
      annotations: {
        [migrationAnnotations.service]: service.name,
        [migrationAnnotations.phase]: migration.phase,
        ...(migration.after === undefined ? {} : { [migrationAnnotations.after]: migration.after }),
        // One that failed is made anew by the next deployment. Without it, the old failure would be found again.
        "pulumi.com/replaceUnready": "true",
      },
    },
    spec: {
      activeDeadlineSeconds: migration.seconds,
      backoffLimit,
      // Two of them at once would fight for the tool's lock.
      podReplacementPolicy: "Failed",
      // A node that is drained is nobody's failure.
      podFailurePolicy: {
        rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
      },
      // No ttlSecondsAfterFinished: what it logged is there until the next release's takes its place.
      template: jobTemplate(service, migration, inputs, labels),
    },
  };
}

function jobTemplate(
  service: ResolvedMicroservice,
  migration: Migration,
  inputs: PodInputs,
  labels: Readonly<Record<string, string>>,
): NonNullable<JobManifest["spec"]>["template"] {
  const { metadata, spec } = podTemplate(asMigration(service, migration), inputs);
  const { topologySpreadConstraints: _spread, containers = [], ...pod } = spec ?? {};
  const [container] = containers;
  if (container === undefined) throw new RangeError("a service's pod has a container");
  const { ports: _ports, ...rest } = container;
  const { registry } = inputs.site;
  const { image } = migration;
  const { annotations = {} } = metadata ?? {};
  return {
    metadata: { labels: { ...labels }, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: {
      ...pod,
      automountServiceAccountToken: false,
      restartPolicy: "Never",
      terminationGracePeriodSeconds,
      containers: [
        { ...rest, ...(image === undefined ? {} : { image: `${registry}/${image.repository}:${image.release}` }) },
      ],
    },
  };
}

/**
 * The service as its migration runs: its own variables, files and secrets, no probes, nothing that lasts, and nobody scrapes it.
 * Vault Agent ends once it has written the secrets, since one that went on would keep the Job from ending.
 */
function asMigration(service: ResolvedMicroservice, migration: Migration): ResolvedMicroservice {
  const { secrets } = service;
  return {
    ...service,
    command: migration.command,
    args: undefined,
    resources: migration.resources,
    jvm: migration.jvm,
    probes: { startup: undefined, readiness: undefined, liveness: undefined },
    shutdown: { ...service.shutdown, preStopSeconds: 0 },
    metrics: undefined,
    initContainers: [],
    volumes: {},
    // Of whoever counts pods or puts a container beside theirs, which would never end.
    podLabels: {},
    podAnnotations: {},
    secrets: { ...secrets, agent: secrets.agent === undefined ? undefined : "init" },
  };
}

/** A Job cannot be changed: the release and whatever it runs with are part of its name, so that another release is another Job. */
function namedByContent({ name }: ResolvedMicroservice, release: string, job: JobManifest): JobManifest {
  const hash = contentHash({ release, template: JSON.stringify(job.spec?.template) });
  return { ...job, metadata: { ...job.metadata, name: `${name}-migration-${hash}` } };
}

/** The rules of the Job's pods: out to the databases, and to Vault where they read secrets there; in from nobody. */
function migrationPolicy(
  service: ResolvedMicroservice,
  databases: readonly string[],
  site: MicroserviceSite,
): NetworkPolicyManifest {
  const name = migrationName(service);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: service.namespace, labels: commonLabels(name, service.namespace) },
    spec: {
      podSelector: { matchLabels: selectorLabels(name) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [noPod] }],
      egress: [...backingServiceRules(databases, site), ...vaultRule(service, site)],
    },
  };
}
