import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type DeploymentManifest, reasonAnnotations, selectorLabels } from "../kubernetes/index.ts";
import type { PodInputs } from "./podInputs.ts";
import { podTemplate } from "./podTemplate.ts";

/** The Deployment of a service. */
export function deploymentManifest(service: ResolvedMicroservice, inputs: PodInputs): DeploymentManifest {
  const { name, namespace, rollout } = service;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace,
      labels: { ...commonLabels(name, namespace), "app.kubernetes.io/version": versionLabel(inputs.release) },
      annotations: {
        "gemelos.dev/description": service.description,
        "gemelos.dev/owner": service.owner,
        ...reasonAnnotations("security-exception", exceptionReasons(service)),
        // A variable and a single file are read once, so a rotated value needs new pods: Reloader restarts them.
        ...(hasSecretVariables(service) || hasSingleFiles(service) ? { "reloader.stakater.com/auto": "true" } : {}),
      },
    },
    spec: {
      // Replicas belong to the autoscaler: stating them would reset a scaled service at every update.
      ...(service.paused ? { replicas: 0 } : {}),
      selector: { matchLabels: selectorLabels(name) },
      minReadySeconds: rollout.minReadySeconds,
      progressDeadlineSeconds: service.timeouts.progressDeadline,
      revisionHistoryLimit: 5,
      strategy: service.runsAlone
        ? { type: "Recreate" }
        : { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: rollout.maxSurge } },
      template: podTemplate(service, inputs),
    },
  };
}

/**
 * The tag of a release `tag@sha256:...`.
 * @throws RangeError where the text is not a release: a tag alone can be moved to another image.
 */
function releaseTag(release: string): string {
  const [, tag] = /^([^@]+)@sha256:[0-9a-f]{64}$/.exec(release) ?? [];
  if (tag === undefined) throw new RangeError(`the release "${release}" must be tag@sha256:digest`);
  return tag;
}

/** The release's tag as a label value: at most 63 characters that start and end with a letter or a digit. */
export function versionLabel(release: string): string {
  return releaseTag(release)
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

/** Security exception -> why. */
function exceptionReasons({ securityExceptions }: ResolvedMicroservice): Record<string, string> {
  return Object.fromEntries(Object.entries(securityExceptions).map(([name, { reason }]) => [name, reason]));
}

/** Whether a key of a Secret is a file of its own, which the kubelet does not write again. */
function hasSingleFiles({ secretFiles }: ResolvedMicroservice): boolean {
  return Object.values(secretFiles).some(({ key }) => key !== undefined);
}

/** Whether values from Vault are environment variables of the service. */
function hasSecretVariables({ secrets }: ResolvedMicroservice): boolean {
  return secrets.delivery === "env" && secrets.stored.length > 0;
}
