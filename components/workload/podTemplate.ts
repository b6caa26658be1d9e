import { clusterDomain, type ResolvedMicroservice, speaksTls, tlsSecretName } from "../description/index.ts";
import { commonLabels, type DeploymentManifest, type PodSpec, type Volume } from "../kubernetes/index.ts";
import { agentAnnotations, agentVolumes, pullSecretName } from "../vault/index.ts";
import { containerManifest } from "./container.ts";
import { dnsConfig } from "./dnsConfig.ts";
import { initContainerManifests } from "./initContainers.ts";
import { claimedVolumes } from "./persistentVolumeClaim.ts";
import type { PodInputs } from "./podInputs.ts";
import { secretFileVolumes } from "./secretFiles.ts";
import { authorityVolumes } from "./servicesAuthority.ts";
import { spreadConstraints } from "./spread.ts";
import { writableVolumes } from "./writableVolumes.ts";

/** The template of a service's pods: one container, locked down, spread over the site's nodes. */
export function podTemplate(
  service: ResolvedMicroservice,
  inputs: PodInputs,
): NonNullable<DeploymentManifest["spec"]>["template"] {
  const { name, namespace } = service;
  return {
    metadata: {
      labels: { ...service.podLabels, ...commonLabels(name, namespace) },
      annotations: podAnnotations(service, inputs),
    },
    spec: podSpec(service, inputs),
  };
}

/** What the description states, how the pods are scraped, and what Vault Agent brings them. */
function podAnnotations(service: ResolvedMicroservice, { site }: PodInputs): Record<string, string> {
  const { metrics, ports, secrets } = service;
  const isServices = metrics?.port === ports?.management;
  return {
    ...service.podAnnotations,
    ...(metrics === undefined
      ? {}
      : {
          "prometheus.io/scrape": "true",
          "prometheus.io/port": String(metrics.port),
          "prometheus.io/path": metrics.path,
          ...(isServices && speaksTls(service) ? { "prometheus.io/scheme": "https" } : {}),
        }),
    ...(secrets.agent === undefined || site.vault === undefined
      ? {}
      : agentAnnotations(service, site.vault, clusterDomain(site))),
  };
}

function podSpec(service: ResolvedMicroservice, inputs: PodInputs): PodSpec {
  const { name, securityExceptions, nodeSelector, tolerations } = service;
  const container = containerManifest(service, inputs);
  const initContainers = initContainerManifests(service, container, inputs.site.registry);
  return {
    serviceAccountName: name,
    automountServiceAccountToken: securityExceptions.serviceAccountToken !== undefined,
    enableServiceLinks: false,
    imagePullSecrets: [{ name: pullSecretName }],
    priorityClassName: service.priority,
    terminationGracePeriodSeconds: service.timeouts.terminationGracePeriod,
    securityContext: {
      runAsNonRoot: securityExceptions.runAsRoot === undefined,
      ...(securityExceptions.runAsRoot === undefined ? {} : { runAsUser: 0 }),
      ...service.securityContext,
      // Without it, every start would go through all files of a volume to give them to the group.
      ...(Object.keys(service.volumes).length === 0 ? {} : { fsGroupChangePolicy: "OnRootMismatch" }),
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    dnsConfig: dnsConfig(clusterDomain(inputs.site)),
    topologySpreadConstraints: spreadConstraints(service, inputs.site.nodes),
    ...(initContainers.length === 0 ? {} : { initContainers }),
    containers: [container],
    volumes: [
      ...writableVolumes(service).map(({ name: volume, size, inMemory }) => ({
        name: volume,
        emptyDir: { ...(inMemory ? { medium: "Memory" } : {}), sizeLimit: size },
      })),
      ...claimedVolumes(service).map(({ name: volume, claim }) => ({
        name: volume,
        persistentVolumeClaim: { claimName: inputs.claimNames?.get(claim) ?? claim },
      })),
      ...(inputs.configMapName === undefined ? [] : [{ name: "config", configMap: { name: inputs.configMapName } }]),
      ...secretVolumes(service, inputs),
      ...secretFileVolumes(service),
      ...authorityVolumes(service),
    ],
  };
}

/**
 * The agent's volumes, or the Kubernetes Secrets of issued keys; values that the operator copies are variables and no
 * files.
 */
function secretVolumes(service: ResolvedMicroservice, { vaultAuthority }: PodInputs): Volume[] {
  const { agent, issued } = service.secrets;
  if (agent !== undefined) return vaultAuthority === undefined ? [] : agentVolumes(vaultAuthority);
  return issued.map((key) => ({ name: key.bundle, secret: { secretName: tlsSecretName(service, key) } }));
}
