import { siteLabels } from "../../components/kubernetes/index.ts";
import { at, isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";
import { kubectlName } from "./discovery.ts";
import type { LiveObject, LiveObjects } from "./liveObjects.ts";
import { type FieldManager, managedFields } from "./managedFields.ts";
import { type ObjectName, objectKey, objectName } from "./objectName.ts";

/** An object in one of the program's namespaces, or with rights there, that the program does not know. */
export interface UnknownObject {
  readonly object: ObjectName;
  /** Name of its kind for kubectl. */
  readonly resource: string;
  /** Who made it; undefined where nobody says so. */
  readonly manager: FieldManager | undefined;
  /** When it was made, in ISO 8601. */
  readonly created: string | undefined;
}

/**
 * Kinds that controllers make for an object, by the owner's kind. Only these are hidden behind their owner: with any other
 * kind, an owner reference would be a way to hide.
 */
const madeFor: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["ReplicaSet"],
  ReplicaSet: ["Pod"],
  StatefulSet: ["Pod", "ControllerRevision", "PersistentVolumeClaim"],
  DaemonSet: ["Pod", "ControllerRevision"],
  CronJob: ["Job"],
  Job: ["Pod"],
  ExternalSecret: ["Secret"],
};

/** Objects that Kubernetes makes in every namespace, by kind and name. */
const ofEveryNamespace: Readonly<Record<string, string>> = {
  ServiceAccount: "default",
  ConfigMap: "kube-root-ca.crt",
};

/** What is in the namespaces that the program neither renders nor names, and nobody's controller has made. */
export function unknownObjects(
  { objects, clusterRoleBindings }: LiveObjects,
  rendered: readonly PlainObject[],
  namespaces: readonly string[],
): UnknownObject[] {
  const known = new Set(
    rendered.map((manifest) =>
      objectKey(objectName({ apiVersion: String(manifest["apiVersion"]), kind: String(manifest["kind"]) }, manifest)),
    ),
  );
  const secrets = new Set(rendered.flatMap(namedSecrets));
  const owners = new Map(
    [...objects.values()].map(({ served, object }) => [String(at(object, "metadata", "uid")), served.kind]),
  );
  const inside = [...objects].flatMap(([key, live]): LiveObject[] => {
    const { kind, namespaced } = live.served;
    const { namespace, name } = objectName(live.served, live.object);
    if (!namespaced || known.has(key) || ofEveryNamespace[kind] === name) return [];
    if (kind === "Secret" && secrets.has(`${namespace}/${name}`)) return [];
    if (kind === "PersistentVolumeClaim" && isLeftBehind(live)) return [];
    return isMadeForAnother(live, owners) ? [] : [live];
  });
  const bindings = clusterRoleBindings.filter(({ object }) => namesOneOf(object, namespaces));
  return [...inside, ...bindings].map(describeUnknown).toSorted(byName);
}

function describeUnknown({ served, object }: LiveObject): UnknownObject {
  const [first] = managedFields(object)
    .map(({ manager }) => manager)
    .filter(({ subresource }) => subresource === "")
    .toSorted((a, b) => compare(a.time ?? "", b.time ?? ""));
  const created = at(object, "metadata", "creationTimestamp");
  return {
    object: objectName(served, object),
    resource: kubectlName(served),
    manager: first,
    created: typeof created === "string" ? created : undefined,
  };
}

function byName({ object: a }: UnknownObject, { object: b }: UnknownObject): number {
  return compare(a.namespace ?? "", b.namespace ?? "") || compare(a.kind, b.kind) || compare(a.name, b.name);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Whether a service that was removed left a claim behind, as it must. A claim gives nobody rights, so none hides by labels. */
function isLeftBehind({ object }: LiveObject): boolean {
  const service = at(object, "metadata", "labels", "app.kubernetes.io/instance");
  const ours = Object.entries(siteLabels).every(([label, value]) => at(object, "metadata", "labels", label) === value);
  return ours && String(at(object, "metadata", "name")).startsWith(`${service}.dir-`);
}

/** Whether an object was made by the controller of another one that is there. */
function isMadeForAnother({ served, object }: LiveObject, owners: ReadonlyMap<string, string>): boolean {
  const references = at(object, "metadata", "ownerReferences");
  return (
    Array.isArray(references) &&
    references.some((reference) => {
      const kind = owners.get(String(at(reference, "uid")));
      return kind !== undefined && (madeFor[kind]?.includes(served.kind) ?? false);
    })
  );
}

/** Whether a ClusterRoleBinding gives rights to a ServiceAccount of one of the namespaces, or to all of them. */
function namesOneOf(binding: PlainObject, namespaces: readonly string[]): boolean {
  const subjects = binding["subjects"];
  return (
    Array.isArray(subjects) &&
    subjects
      .filter(isObject)
      .some(({ kind, name, namespace }) =>
        kind === "ServiceAccount"
          ? namespaces.includes(String(namespace))
          : kind === "Group" && namespaces.some((each) => name === `system:serviceaccounts:${each}`),
      )
  );
}

/** Secrets that a rendered object names: others make them, and the program knows them. `namespace/name` of each. */
function namedSecrets(manifest: PlainObject): string[] {
  const namespace = String(at(manifest, "metadata", "namespace"));
  const found: string[] = [];
  const look = (value: Plain | undefined, key: string): void => {
    if (Array.isArray(value)) for (const item of value) look(item, key);
    if (key === "secretName" && typeof value === "string") found.push(value);
    if (!isObject(value)) return;
    if (
      ["secretKeyRef", "secretRef", "imagePullSecrets", "target"].includes(key) &&
      typeof value["name"] === "string"
    ) {
      found.push(value["name"]);
    }
    for (const [name, inner] of Object.entries(value)) look(inner, name);
  };
  look(manifest["spec"], "spec");
  return found.map((name) => `${namespace}/${name}`);
}
