/** The label of objects that belong to the site and to no service. */
export const siteLabels: Readonly<Record<string, string>> = { "app.kubernetes.io/managed-by": "pulumi" };

/** The labels by which a service's own objects find its pods. They never change, since a selector is immutable. */
export function selectorLabels(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name };
}

/** Labels of every object: Kubernetes' recommended ones. No version among them: a label in a pod's template rolls it. */
export function commonLabels(name: string, partOf: string): Record<string, string> {
  return { ...selectorLabels(name), "app.kubernetes.io/part-of": partOf, ...siteLabels };
}
