import { changed, exposureProtections, networkProtections, serviceProtections } from "./networkProtections.ts";
import { canonicalText, entriesAt, fieldAt, listAt } from "./plainField.ts";
import { podBoundProtections } from "./podBoundProtections.ts";
import { podProtections } from "./podProtections.ts";
import { claimGaps, podReachProtections } from "./podReachProtections.ts";
import type { Check, Gap } from "./protection.ts";

const podSecurityLevels = ["privileged", "baseline", "restricted"];

const deploymentProtections = { ...podProtections, ...podReachProtections, ...podBoundProtections };

const accountProtections = {
  serviceAccountToken: (manifest) =>
    fieldAt(manifest, "automountServiceAccountToken") === false
      ? []
      : [{ field: "automountServiceAccountToken", value: fieldAt(manifest, "automountServiceAccountToken") }],
  foreignSecrets: (manifest, generated) =>
    ["secrets", "imagePullSecrets"].flatMap((field) => changed(manifest, generated, field)),
} satisfies Readonly<Record<string, Check>>;

function hasLabel(manifest: unknown, label: string): boolean {
  return fieldAt(manifest, "metadata", "labels", label) !== undefined;
}

const namespaceProtections = {
  podSecurity: (manifest, generated) =>
    entriesAt(generated, "metadata", "labels")
      .filter(([label]) => label.startsWith("pod-security.") || label.startsWith("gemelos.dev/"))
      .flatMap(([label, before]) => {
        const value = fieldAt(manifest, "metadata", "labels", label);
        const level = (name: unknown) => podSecurityLevels.indexOf(String(name));
        if (value === before || (level(before) >= 0 && level(value) > level(before))) return [];
        return [{ field: `metadata.labels["${label}"]`, value }];
      })
      .concat(
        // An old version of the standards knows fewer dangers.
        entriesAt(manifest, "metadata", "labels")
          .filter(([label]) => label.startsWith("pod-security.") && !hasLabel(generated, label))
          .map(([label, value]) => ({ field: `metadata.labels["${label}"]`, value })),
      ),
} satisfies Readonly<Record<string, Check>>;

const quotaProtections = {
  resourceQuota: (manifest, generated) => [
    ...["scopes", "scopeSelector"].flatMap((field) => changed(manifest, generated, "spec", field)),
    ...entriesAt(generated, "spec", "hard").flatMap(([resource, before]) => {
      const value = fieldAt(manifest, "spec", "hard", resource);
      // Others may put pods into a namespace; a port on every node is nothing that a namespace needs room for.
      const raised = resource.startsWith("services.") && Number(value) > Number(before);
      return value === undefined || raised ? [{ field: `spec.hard["${resource}"]`, value }] : [];
    }),
  ],
} satisfies Readonly<Record<string, Check>>;

const limitProtections = {
  limitRange: (manifest, generated) => {
    const bounded = (of: unknown) =>
      listAt(of, "spec", "limits").flatMap((limit) =>
        entriesAt(limit, "max").map(([resource]) => `${String(fieldAt(limit, "type"))} ${resource}`),
      );
    const after = bounded(manifest);
    return bounded(generated)
      .filter((bound) => !after.includes(bound))
      .map(() => ({ field: "spec.limits", value: fieldAt(manifest, "spec", "limits") }));
  },
} satisfies Readonly<Record<string, Check>>;

const secretProtections = {
  secretSource: (manifest, generated) => [
    ...["provider", "secretStoreRef", "target", "data", "dataFrom"].flatMap((field) =>
      changed(manifest, generated, "spec", field),
    ),
  ],
} satisfies Readonly<Record<string, Check>>;

const claimProtections = {
  volumes: (manifest) => claimGaps("spec", manifest),
} satisfies Readonly<Record<string, Check>>;

const targetProtections = {
  target: (manifest, generated) =>
    ["scaleTargetRef", "selector", "targetRefs"].flatMap((field) => changed(manifest, generated, "spec", field)),
} satisfies Readonly<Record<string, Check>>;

const backendTlsProtections = {
  ...targetProtections,
  exposureTls: (manifest, generated) => changed(manifest, generated, "spec", "validation"),
} satisfies Readonly<Record<string, Check>>;

/** What every object keeps. */
const commonProtections = {
  // An object that is moved leaves the closed network, the quota and the Pod Security of its namespace.
  namespace: (manifest, generated) => changed(manifest, generated, "metadata", "namespace"),
  // An object of another name may be somebody else's, such as the rules of the whole namespace.
  name: (manifest, generated) => {
    // A claim that exists is taken as it is by its name, and a ConfigMap has a hash in its own.
    const isFree = ["ConfigMap", "PersistentVolumeClaim"].includes(String(fieldAt(generated, "kind")));
    const isTaken = /\.dir-|^(services-ca|kube-root-ca\.crt)$/.test(String(fieldAt(manifest, "metadata", "name")));
    return isFree && !isTaken ? [] : changed(manifest, generated, "metadata", "name");
  },
  // What an auditor finds at the object in the cluster.
  reasons: (manifest, generated) =>
    [...entriesAt(generated, "metadata", "annotations"), ...entriesAt(manifest, "metadata", "annotations")]
      .filter(([key]) => /^gemelos\.dev\/(justification|security-exception)\./.test(key))
      .flatMap(([key]) => changed(manifest, generated, "metadata", "annotations", key)),
} satisfies Readonly<Record<string, Check>>;

/** The protections that each kind of object has as it is generated, beside those of every kind. */
const protections: Readonly<Record<string, Readonly<Partial<Record<Protection, Check>>>>> = {
  Deployment: deploymentProtections,
  Job: deploymentProtections,
  NetworkPolicy: networkProtections,
  Service: serviceProtections,
  ServiceAccount: accountProtections,
  Ingress: exposureProtections,
  HTTPRoute: exposureProtections,
  PersistentVolumeClaim: claimProtections,
  BackendTLSPolicy: backendTlsProtections,
  HorizontalPodAutoscaler: targetProtections,
  PodDisruptionBudget: targetProtections,
  SecretStore: secretProtections,
  ExternalSecret: secretProtections,
  Namespace: namespaceProtections,
  ResourceQuota: quotaProtections,
  LimitRange: limitProtections,
};

/** Protections of what a manifest's texts say. Who knows the service checks them: see `contentProtections`. */
export type ContentProtection = "clearText" | "cardholderData";

/** The name of a protection that a transform may lift with a reason. */
export type Protection =
  | ContentProtection
  | keyof typeof deploymentProtections
  | keyof typeof networkProtections
  | keyof typeof serviceProtections
  | keyof typeof accountProtections
  | keyof typeof exposureProtections
  | keyof typeof secretProtections
  | keyof typeof namespaceProtections
  | keyof typeof quotaProtections
  | keyof typeof limitProtections
  | keyof typeof backendTlsProtections
  | keyof typeof commonProtections;

/** Protections beside those that a kind of object has by itself. */
export type MoreProtections = Readonly<Partial<Record<ContentProtection, Check>>>;

/**
 * The protections that a manifest lacks and the generated one has, each with the places. What the generated manifest lacks
 * itself, by an exception of its description, nobody lifts.
 * @param more further protections of this kind of object
 */
export function liftedProtections(
  generated: { readonly kind: string },
  manifest: unknown,
  more: MoreProtections = {},
): { readonly protection: string; readonly gaps: readonly Gap[] }[] {
  const checks = { ...protections[generated.kind], ...commonProtections, ...more };
  return Object.entries(checks).flatMap(([protection, check]) => {
    const before = new Set(check(generated, generated).map(canonicalText));
    const gaps = check(manifest, generated).filter((found) => !before.has(canonicalText(found)));
    return gaps.length === 0 ? [] : [{ protection, gaps }];
  });
}

/** The protections that a transform of a kind of object may lift, in the order of their names. */
export function protectionsOf(kind: string, more: MoreProtections = {}): string[] {
  return Object.keys({ ...protections[kind], ...commonProtections, ...more }).sort();
}
