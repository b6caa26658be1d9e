import type { ResolvedMicroservice } from "../description/index.ts";
import { configMapLimit, type ExternalSecretManifest, type PolicyRule } from "../kubernetes/index.ts";
import { refreshInterval, valueField } from "../vault/index.ts";
import { exposedHost } from "../workload/index.ts";
import {
  accountManifest,
  clusterRoleObjects,
  type MonitoringObject,
  partBudgetManifest,
  partMetadata,
  partServiceManifest,
  roleObjects,
} from "./objects.ts";
import { partPorts, secretKeys } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { partTemplate } from "./pod.ts";
import { prometheusConfiguration } from "./prometheusConfiguration.ts";
import type { RuleGroup } from "./rules/index.ts";
import { prometheusUser, secretPath } from "./scrapeJobs.ts";
import { configurationText, type PartObjects, partConfig, partResources, partStatefulSet } from "./workloads.ts";

/** The user of Prometheus' own images: nobody. */
const user = 65_534;

/** Prometheus: two replicas that scrape the same, each with a volume of its own. */
export function prometheusObjects(
  plan: MonitoringPlan,
  service: ResolvedMicroservice,
  groups: readonly RuleGroup[],
): PartObjects {
  const { replicas, sizing, vault, retentionDays } = plan;
  const config = partConfig(service, "config", {
    "prometheus.yml": configurationText(prometheusConfiguration(plan)),
    // With which the kubelet's checks ask it, and whoever looks from within the pod.
    "client.yml": configurationText({
      basic_auth: { username: prometheusUser, password_file: secretPath(secretKeys.prometheusPassword) },
    }),
    "vault-ca.crt": vault.caCertificate,
  });
  const rules = ruleConfigs(service, groups);
  const volumeBytes = Number.parseInt(sizing.prometheus.volume, 10);
  const host = exposedHost(service, plan);
  const check = (what: "ready" | "healthy") => ({
    exec: {
      command: [
        ...["/bin/promtool", "check", what, `--url=http://127.0.0.1:${partPorts.prometheus}`],
        "--http.config.file=/etc/prometheus/config/client.yml",
      ],
    },
    timeoutSeconds: 10,
  });
  const template = partTemplate(
    service,
    {
      user,
      token: true,
      // It writes down what it has in memory.
      graceSeconds: 300,
      args: [
        "--config.file=/etc/prometheus/config/prometheus.yml",
        "--web.config.file=/etc/prometheus/web/web.yml",
        "--storage.tsdb.path=/prometheus",
        `--storage.tsdb.retention.time=${retentionDays}d`,
        // Whatever comes first: a volume that is full stops it for good.
        `--storage.tsdb.retention.size=${Math.max(1, Math.floor(volumeBytes * 0.85))}GiB`,
        ...(host === undefined ? [] : [`--web.external-url=https://${host}`]),
      ],
      env: [
        { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        // Beside what the image trusts: the site's authority, for the other site's entrance.
        { name: "SSL_CERT_DIR", value: "/etc/ssl/certs:/etc/prometheus/config" },
      ],
      mounts: [
        { volume: config.volume, mountPath: "/etc/prometheus/config" },
        { volume: rules.volume, mountPath: "/etc/prometheus/rules" },
        { volume: { name: "web", secret: { secretName: webSecretName } }, mountPath: "/etc/prometheus/web" },
        {
          volume: { name: "secrets", secret: { secretName: `${service.name}-secrets` } },
          mountPath: "/etc/prometheus/secrets",
        },
        { volume: { name: "data" }, mountPath: "/prometheus", readOnly: false },
      ],
      readiness: { ...check("ready"), periodSeconds: 10, failureThreshold: 3 },
      liveness: { ...check("healthy"), initialDelaySeconds: 60, periodSeconds: 30, failureThreshold: 6 },
    },
    plan,
  );
  const statefulSet = partStatefulSet(
    service,
    replicas.prometheus,
    withoutVolume(template, "data"),
    { name: "data", size: sizing.prometheus.volume },
    plan,
  );
  return {
    resources: partResources(template.spec, replicas.prometheus, sizing.prometheus.volume),
    objects: [
      { name: "prometheus-account", manifest: accountManifest(service) },
      ...accessObjects(plan, service),
      { name: "prometheus-web", manifest: webSecretManifest(service) },
      config.object,
      ...rules.objects,
      { name: "prometheus-service", manifest: partServiceManifest(service) },
      { name: "prometheus-replicas", manifest: partServiceManifest(service, true) },
      { name: "prometheus-budget", manifest: partBudgetManifest(service) },
      { name: "prometheus", manifest: statefulSet },
    ],
  };
}

/** A volume that a claim of the StatefulSet brings is no volume of the template. */
export function withoutVolume(
  template: ReturnType<typeof partTemplate>,
  name: string,
): ReturnType<typeof partTemplate> {
  const { spec } = template;
  if (spec === undefined) return template;
  return { ...template, spec: { ...spec, volumes: (spec.volumes ?? []).filter((volume) => volume.name !== name) } };
}

/** What it may read: metrics of the cluster's own parts, and in the services' namespaces which pods there are. */
function accessObjects({ context }: MonitoringPlan, service: ResolvedMicroservice): MonitoringObject[] {
  const metrics: PolicyRule[] = [
    { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
    { nonResourceURLs: ["/metrics"], verbs: ["get"] },
  ];
  const namespaces = [...new Set(context.services.map(({ namespace }) => namespace))].sort();
  const pods: PolicyRule[] = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }];
  return [
    ...clusterRoleObjects(service, metrics),
    ...namespaces.flatMap((namespace) => roleObjects(service, namespace, pods)),
  ];
}

const webSecretName = "prometheus-web";

/** `web.yml`, with the hash of the password by which it is asked. Every renewal of the copy makes another hash of the same. */
function webSecretManifest(service: ResolvedMicroservice): ExternalSecretManifest {
  const key = secretKeys.prometheusPassword;
  const stored = service.secrets.stored.find((secret) => secret.key === key);
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { ...partMetadata(service), name: webSecretName },
    spec: {
      refreshInterval,
      secretStoreRef: { kind: "SecretStore", name: service.name },
      target: {
        name: webSecretName,
        creationPolicy: "Owner",
        deletionPolicy: "Retain",
        template: {
          engineVersion: "v2",
          type: "Opaque",
          data: { "web.yml": `basic_auth_users:\n  ${prometheusUser}: '{{ .${key} | bcrypt }}'\n` },
        },
      },
      data: [{ secretKey: key, remoteRef: { key: stored?.path ?? "", property: valueField } }],
    },
  };
}

/** Bytes of rules in one ConfigMap: a request to the API server has room for one and its frame. */
const rulesLimit = 0.8 * configMapLimit;

/** The rules, a file for each group, in as few ConfigMaps as hold them. */
function ruleConfigs(service: ResolvedMicroservice, groups: readonly RuleGroup[]) {
  const files = groups.map((group) => [`${group.name}.json`, JSON.stringify({ groups: [group] })] as const);
  const chunks: (readonly [string, string])[][] = [];
  let room = 0;
  for (const file of files) {
    const bytes = Buffer.byteLength(file[1]);
    if (bytes > room || chunks.length === 0) {
      chunks.push([]);
      room = rulesLimit;
    }
    chunks.at(-1)?.push(file);
    room -= bytes;
  }
  const configs = chunks.map((chunk, index) =>
    partConfig(service, index === 0 ? "rules" : `rules-${index + 1}`, Object.fromEntries(chunk)),
  );
  return {
    objects: configs.map(({ object }) => object),
    volume: {
      name: "rules",
      projected: {
        sources: configs.map(({ object }) => ({ configMap: { name: object.manifest.metadata.name } })),
      },
    },
  };
}
