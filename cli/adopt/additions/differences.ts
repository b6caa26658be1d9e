import { formatPath } from "../../../components/diagnostic.ts";
import { at, isObject, type Plain, type PlainObject } from "../../../recorder/registeredResource.ts";
import type { Comparison } from "../fields/fieldOutcome.ts";
import { isQuantity, sameQuantity } from "../reading/quantities.ts";
import { preStopSeconds } from "../reading/scaling.ts";
import { withApiDefaults } from "./apiDefaults.ts";
import { type KeyedLeaf, keyedLeaves, portNames } from "./keyedLeaves.ts";

/** A field that is in effect now and was not before, although no manifest stated anything for it. */
export interface Difference {
  /** As in {@link KeyedLeaf}. */
  readonly key: string;
  /** Where it is rendered: `Deployment spec.template.spec.terminationGracePeriodSeconds`. */
  readonly place: string;
  /** What was in effect; undefined where nothing was. */
  readonly before: Plain | undefined;
  /** What is in effect in each site; undefined where a site has nothing there. */
  readonly after: readonly (Plain | undefined)[];
}

/** An object's leaves by key. */
export type Leaves = ReadonlyMap<string, KeyedLeaf>;

/** Everything that is in effect, before and in each site. */
export interface Effects {
  /** The originals with the API server's defaults. */
  readonly before: Leaves;
  /** What each site renders, with the same defaults. */
  readonly after: readonly Leaves[];
  readonly differences: readonly Difference[];
}

/** What an absent field of a container means, by the API's own documentation, where no server fills it in. */
const implied: Readonly<Record<string, Plain>> = {
  "pod.automountServiceAccountToken": true,
  "pod.enableServiceLinks": true,
  "pod.serviceAccountName": "default",
  "pod.serviceAccount": "default",
  "container.securityContext.allowPrivilegeEscalation": true,
  "container.securityContext.readOnlyRootFilesystem": false,
  "container.securityContext.runAsNonRoot": false,
  "container.securityContext.seccompProfile.type": "Unconfined",
  "Deployment.spec.minReadySeconds": 0,
  "container.startupProbe.initialDelaySeconds": 0,
  "container.readinessProbe.initialDelaySeconds": 0,
  "container.livenessProbe.initialDelaySeconds": 0,
};

/** Kinds whose objects are compared as a whole: several originals become one. */
const wholly = new Set(["NetworkPolicy", "ConfigMap"]);

/**
 * All that the component adds or reverses without a word in the manifests: every leaf that is rendered and differs from
 * what was in effect, where the manifests state nothing. What they do state has its row in the other lists.
 */
export function effectsOf(comparison: Comparison): Effects {
  const { originals, sites } = comparison;
  const stated = new Map<string, KeyedLeaf>();
  const before = new Map<string, KeyedLeaf>();
  const own = ownPart(comparison, "Deployment", originals.deployment.document.object);
  const earlierPorts = portNames(own, originals.service?.document.object);
  for (const { kind, object } of originals.counterparts) {
    if (wholly.has(kind)) continue;
    const view = kind === "Deployment" ? own : ownPart(comparison, kind, object);
    for (const [key, leaf] of keyedLeaves(kind, view, earlierPorts)) if (!isEmpty(leaf.value)) stated.set(key, leaf);
    for (const [key, leaf] of keyedLeaves(kind, withApiDefaults(kind, view), earlierPorts)) before.set(key, leaf);
  }
  const after = sites.map(({ objects }) => {
    const ports = portNames(objects["Deployment"], objects["Service"]);
    return new Map(
      Object.entries(objects).flatMap(([kind, object]) => [...keyedLeaves(kind, withApiDefaults(kind, object), ports)]),
    );
  });
  const isExplained = explanations(comparison, stated);
  const differences = [...new Set(after.flatMap((leaves) => [...leaves.keys()]))].flatMap((key): Difference[] => {
    const found = after.map((leaves) => leaves.get(key));
    const leaf = found.find((each) => each !== undefined);
    const earlier = before.get(key)?.value ?? impliedAt(key, before);
    if (leaf === undefined || found.every((each) => isSame(earlier, each?.value)) || isExplained(key)) return [];
    const place = `${kindOf(key)} ${formatPath(leaf.path)}`;
    return [{ key, place, before: earlier, after: found.map((each) => each?.value) }];
  });
  return { before, after, differences };
}

function kindOf(key: string): string {
  const [start = ""] = key.split(".", 1);
  return start === "pod" || start === "container" ? "Deployment" : start;
}

function impliedAt(key: string, before: Leaves): Plain | undefined {
  // A limit alone is the request too, in every pod.
  if (key.startsWith("container.resources.requests.")) return before.get(key.replace("requests", "limits"))?.value;
  return Object.hasOwn(implied, key) ? implied[key] : undefined;
}

/** The part of an original that becomes the service: its Java container, and its one place of an Ingress or HTTPRoute. */
function ownPart({ reading, originals }: Comparison, kind: string, object: PlainObject): PlainObject {
  if (kind === "Deployment") {
    const account = at(object, "spec", "template", "spec", "serviceAccountName") ?? "default";
    const mounted = originals.documents.find((each) => each.kind === "ServiceAccount" && each.name === account);
    return change(object, ["spec", "template", "spec"], (pod) => ({
      // What a pod does not say about its token, its account says.
      ...(mounted === undefined ? {} : pick(mounted.object, "automountServiceAccountToken")),
      ...pod,
      containers: listed(pod["containers"]).slice(reading.container, reading.container + 1),
    }));
  }
  const { rule, path } = reading.exposed ?? { rule: 0, path: 0 };
  const only = (value: Plain | undefined, index: number) => listed(value).slice(index, index + 1);
  if (kind === "Ingress") {
    return change(object, ["spec"], (spec) => ({
      ...spec,
      rules: only(spec["rules"], rule).map((each) =>
        change(each, ["http"], (http) => ({ ...http, paths: only(http["paths"], path) })),
      ),
    }));
  }
  return kind === "HTTPRoute"
    ? change(object, ["spec"], (spec) => ({ ...spec, rules: only(spec["rules"], rule) }))
    : object;
}

/** Variables that the container gets from whole ConfigMaps. */
export function variablesOfConfigMaps({
  originals,
  reading,
}: Pick<Comparison, "originals" | "reading">): (readonly [name: string, value: string])[] {
  const { envFrom = [] } = originals.deployment.content.spec.template.spec.containers[reading.container] ?? {};
  return envFrom.flatMap(({ prefix = "", configMapRef }) =>
    [...(originals.configMaps.get(configMapRef?.name ?? "") ?? [])].map(
      ([key, value]) => [prefix + key, value] as const,
    ),
  );
}

/** Whether a row of the other lists says it: where the manifests state the field, or what becomes it. */
function explanations(
  { originals, reading }: Comparison,
  stated: ReadonlyMap<string, KeyedLeaf>,
): (key: string) => boolean {
  const { environment, files, container } = reading;
  const source = originals.deployment.content.spec.template.spec.containers[container];
  const variables = new Set([
    ...Object.keys(environment.env),
    ...Object.keys(environment.secrets),
    ...environment.hindrances.keys(),
    ...files.clearSecrets.map(({ variable }) => variable),
    ...(source?.env ?? []).map(({ name }) => name),
    ...variablesOfConfigMaps({ originals, reading }).map(([name]) => name),
  ]);
  const configured = new Set(files.places.values());
  const starts = [...stated.keys()];
  const hasAny = (start: string) => starts.some((key) => key.startsWith(start));
  const isSleep = source !== undefined && preStopSeconds(source) !== undefined;
  const isSpread = hasAny("pod.affinity.podAntiAffinity") || hasAny("pod.topologySpreadConstraints");
  const isConfigured = configured.size > 0;
  return (key) => {
    if (stated.has(key)) return true;
    const [, variable] = /^container\.env\[(.*)\]\.(?:name|value|valueFrom.*)$/.exec(key) ?? [];
    if (variable !== undefined) return variables.has(variable);
    const [, file] = /^ConfigMap\.data\.(.*)$/.exec(key) ?? [];
    if (file !== undefined) return configured.has(file);
    if (key.startsWith("container.lifecycle.preStop.sleep")) return isSleep;
    if (key.startsWith("pod.topologySpreadConstraints[kubernetes.io/hostname]")) return isSpread;
    return isConfigured && ["ConfigMap.metadata.name", "ConfigMap.kind", "ConfigMap.apiVersion"].includes(key);
  };
}

/** The same value; quantities by what they amount to. */
function isSame(one: Plain | undefined, other: Plain | undefined): boolean {
  if (typeof one !== "string" || typeof other !== "string") return one === other || (isEmpty(one) && isEmpty(other));
  return one === other || (isQuantity(one) && sameQuantity(one, other));
}

function isEmpty(value: Plain | undefined): boolean {
  return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function change(value: Plain, path: readonly string[], by: (inner: PlainObject) => PlainObject): PlainObject {
  const object = isObject(value) ? value : {};
  const [key, ...rest] = path;
  if (key === undefined) return by(object);
  return Object.hasOwn(object, key) ? { ...object, [key]: change(object[key] ?? {}, rest, by) } : object;
}

function pick(object: PlainObject, key: string): PlainObject {
  const value = object[key];
  return value === undefined ? {} : { [key]: value };
}

function listed(value: Plain | undefined): readonly Plain[] {
  return Array.isArray(value) ? value : [];
}
