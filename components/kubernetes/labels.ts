/** The label of objects that belong to the site and to no service. */
export const siteLabels: Readonly<Record<string, string>> = { "app.kubernetes.io/managed-by": "pulumi" };

/** The labels that select a service's pods. They never change, since a selector is immutable. */
export function selectorLabels(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name };
}

/** Kubernetes' recommended labels, for every object. Without the version, which would start a rollout in a pod template. */
export function commonLabels(name: string, partOf: string): Record<string, string> {
  return { ...selectorLabels(name), "app.kubernetes.io/part-of": partOf, ...siteLabels };
}
