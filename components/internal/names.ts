/** The Secret with the registry's credentials that every namespace holds (`kubernetes.io/dockerconfigjson`). */
export const pullSecretName = "registry";

/** Namespace and label of the Prometheus that may scrape the management ports. */
export const monitoringNamespace = "monitoring";

/**
 * The name of an environment variable that speaks of something: `taxpayer-registry`, `URL` -> `TAXPAYER_REGISTRY_URL`.
 * A leading digit gets a `_` before it, since neither shells nor older clusters accept it there.
 */
export function variableName(name: string, suffix: string): string {
  return `${name
    .replace(/^(?=\d)/, "_")
    .replaceAll("-", "_")
    .toUpperCase()}_${suffix}`;
}

/** The labels by which a service's own objects find its pods. They never change, since a selector is immutable. */
export function selectorLabels(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name };
}

/** The label that every namespace carries by itself, by which network rules find it. */
export function namespaceLabels(namespace: string): Record<string, string> {
  return { "kubernetes.io/metadata.name": namespace };
}

/** Labels of every object: Kubernetes' recommended ones. No version among them: a label in a pod's template rolls it. */
export function commonLabels(name: string, partOf: string): Record<string, string> {
  return { ...selectorLabels(name), "app.kubernetes.io/part-of": partOf, "app.kubernetes.io/managed-by": "pulumi" };
}
