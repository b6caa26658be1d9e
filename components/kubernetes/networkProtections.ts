import { canonicalText, entriesAt, fieldAt, listAt } from "./plainField.ts";
import type { Check, Gap } from "./protection.ts";

/** What is true of network rules, of Services and of what exposes them: name -> where it is not true. */
export const networkProtections = {
  networkRules: (manifest, generated) => [
    ...changed(manifest, generated, "spec", "podSelector"),
    ...listAt(generated, "spec", "policyTypes")
      .filter((type) => !listAt(manifest, "spec", "policyTypes").includes(type))
      .map(() => ({ field: "spec.policyTypes", value: fieldAt(manifest, "spec", "policyTypes") })),
    ...openings(manifest, generated, "ingress", "from"),
    ...openings(manifest, generated, "egress", "to"),
  ],
} satisfies Readonly<Record<string, Check>>;

export const serviceProtections = {
  serviceType: (manifest) => [
    ...notOneOf(manifest, [undefined, "ClusterIP"], "spec", "type"),
    ...notOneOf(manifest, [undefined], "spec", "externalName"),
    ...listAt(manifest, "spec", "externalIPs").map((value) => ({ field: "spec.externalIPs", value })),
    ...listAt(manifest, "spec", "ports").flatMap((port, index) =>
      notOneOf(port, [undefined, 0], "nodePort").map((gap) => ({ ...gap, field: `spec.ports[${index}].nodePort` })),
    ),
  ],
  serviceSelector: (manifest, generated) => changed(manifest, generated, "spec", "selector"),
} satisfies Readonly<Record<string, Check>>;

/**
 * Annotations by which a controller takes configuration of its own language, serves further hosts or paths, or sends requests
 * elsewhere: of HAProxy Ingress and Ingress NGINX.
 */
const openingAnnotation =
  /snippet|config-(global|backend|frontend|defaults|proxy|tcp)|lua|server-alias|mirror-|rewrite|use-regex|upstream-vhost|redirect-to|(permanent|temporal)-redirect|app-root|ssl-passthrough|default-backend|auth-(url|proxy)|stream-|tcp-service|blue-green|canary/i;

/** Annotations by which it speaks plain HTTP to callers. */
const plainAnnotation = /ssl-redirect$|ssl-always/;

export const exposureProtections = {
  exposure: (manifest, generated) => [
    ...["ingressClassName", "defaultBackend", "parentRefs"].flatMap((field) =>
      changed(manifest, generated, "spec", field),
    ),
    ...added(routesOf(manifest), routesOf(generated), "spec.rules"),
    ...added(listAt(manifest, "spec", "hostnames"), listAt(generated, "spec", "hostnames"), "spec.hostnames"),
    ...entriesAt(manifest, "metadata", "annotations")
      .filter(
        ([key, value]) =>
          (openingAnnotation.test(key) && !plainAnnotation.test(key)) ||
          (plainAnnotation.test(key) && value === "false"),
      )
      .map(([key, value]) => ({ field: `metadata.annotations["${key}"]`, value })),
  ],
  exposureTls: (manifest, generated) => {
    // How the controller speaks TLS to the pods, and whose certificates it trusts.
    const backend = entriesAt(generated, "metadata", "annotations")
      .filter(([key]) => key.includes("ingress"))
      .flatMap(([key]) => changed(manifest, generated, "metadata", "annotations", key));
    const covered = (of: unknown) => listAt(of, "spec", "tls").flatMap((entry) => listAt(entry, "hosts"));
    const after = covered(manifest);
    const lost = covered(generated)
      .filter((host) => !after.includes(host))
      .map(() => ({ field: "spec.tls", value: fieldAt(manifest, "spec", "tls") }));
    return [...backend, ...lost];
  },
} satisfies Readonly<Record<string, Check>>;

/** Every host, path and backend of an Ingress or HTTPRoute, one by one, with whatever a rule does on the way. */
function routesOf(manifest: unknown): unknown[] {
  return listAt(manifest, "spec", "rules").flatMap((rule): unknown[] => {
    const host = fieldAt(rule, "host");
    const paths = listAt(rule, "http", "paths");
    if (paths.length > 0) return paths.map((path) => ({ host, path }));
    return [
      { host, matches: fieldAt(rule, "matches"), to: fieldAt(rule, "backendRefs"), filters: fieldAt(rule, "filters") },
    ];
  });
}

function added(after: readonly unknown[], before: readonly unknown[], field: string): Gap[] {
  const known = new Set(before.map(canonicalText));
  return after.filter((value) => !known.has(canonicalText(value))).map((value) => ({ field, value }));
}

/** The rules of a policy that admit what none of the generated ones admits. */
function openings(manifest: unknown, generated: unknown, direction: "ingress" | "egress", peers: "from" | "to"): Gap[] {
  const before = listAt(generated, "spec", direction);
  return listAt(manifest, "spec", direction).flatMap((rule, index) =>
    before.some((wider) => within(rule, wider, peers) && within(rule, wider, "ports"))
      ? []
      : [{ field: `spec.${direction}[${index}]`, value: rule }],
  );
}

/** Whether each peer, or each port, of a rule is one of the other's. None means all. */
function within(rule: unknown, wider: unknown, field: "from" | "to" | "ports"): boolean {
  const [inner, outer] = [listAt(rule, field), new Set(listAt(wider, field).map(canonicalText))];
  if (outer.size === 0) return true;
  return inner.length > 0 && inner.every((each) => outer.has(canonicalText(each)));
}

/** A gap where a field is not what was generated. */
export function changed(manifest: unknown, generated: unknown, ...path: readonly string[]): Gap[] {
  const value = fieldAt(manifest, ...path);
  return canonicalText(value) === canonicalText(fieldAt(generated, ...path)) ? [] : [{ field: path.join("."), value }];
}

function notOneOf(manifest: unknown, allowed: readonly unknown[], ...path: readonly string[]): Gap[] {
  const value = fieldAt(manifest, ...path);
  return allowed.includes(value) ? [] : [{ field: path.join("."), value }];
}
