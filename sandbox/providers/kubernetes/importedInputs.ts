import { isList, isProperties, type Properties, type Value } from "../protocol/values.ts";
import { fieldManager } from "./cluster.ts";

/** Metadata written by the API server or a controller. */
const serverMetadata: ReadonlySet<string> = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "ownerReferences",
  "resourceVersion",
  "selfLink",
  "uid",
]);

const controllerAnnotations: ReadonlySet<string> = new Set([
  "deployment.kubernetes.io/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/**
 * Inputs of an imported object. If this provider applied the object before (and the state was lost), these are the
 * fields that it owns, so that the program finds no changes. Otherwise they are all fields that a user could have set.
 */
export function importedInputs(live: Properties): Properties {
  const metadata = isProperties(live["metadata"]) ? live["metadata"] : {};
  const owned = ownedFields(metadata["managedFields"]);
  const { apiVersion, kind } = live;
  if (owned !== undefined) {
    const { name, namespace } = metadata;
    const fields = pick(live, owned);
    return defined({
      apiVersion,
      kind,
      ...fields,
      metadata: defined({ ...(isProperties(fields["metadata"]) ? fields["metadata"] : {}), name, namespace }),
    });
  }
  const { status: _status, ...stated } = live;
  const annotations = Object.entries(isProperties(metadata["annotations"]) ? metadata["annotations"] : {}).filter(
    ([key]) => !controllerAnnotations.has(key),
  );
  const ours = Object.entries(metadata).filter(([key]) => !serverMetadata.has(key) && key !== "annotations");
  return {
    ...stated,
    metadata: {
      ...Object.fromEntries(ours),
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    },
  };
}

/** The `fieldsV1` of this provider's own apply. */
function ownedFields(managedFields: Value | undefined): Properties | undefined {
  const entries = isList(managedFields) ? managedFields : [];
  const entry = entries.find(
    (candidate) =>
      isProperties(candidate) && candidate["manager"] === fieldManager && candidate["operation"] === "Apply",
  );
  return isProperties(entry) && isProperties(entry["fieldsV1"]) ? entry["fieldsV1"] : undefined;
}

/**
 * The part of an object that a `fieldsV1` describes: `f:` a field, `k:` an item by its keys, `v:` an item by its value.
 */
function pick(live: Properties, fields: Properties): Properties {
  return defined(
    Object.fromEntries(
      Object.entries(fields)
        .filter(([step]) => step.startsWith("f:"))
        .map(([step, below]) => [step.slice(2), pickValue(live[step.slice(2)], below)]),
    ),
  );
}

function pickValue(live: Value | undefined, fields: Value): Value | undefined {
  if (!isProperties(fields) || Object.keys(fields).every((step) => step === ".")) return live;
  if (isProperties(live)) return pick(live, fields);
  if (!isList(live)) return live;
  return live.flatMap((item) => {
    const step = Object.keys(fields).find((candidate) => names(candidate, item));
    const value = step === undefined ? undefined : pickValue(item, fields[step] ?? null);
    return value === undefined ? [] : [value];
  });
}

function names(step: string, item: Value): boolean {
  if (step.startsWith("v:")) return step.slice(2) === JSON.stringify(item);
  if (!step.startsWith("k:") || !isProperties(item)) return false;
  const keys: Properties = JSON.parse(step.slice(2));
  return Object.entries(keys).every(([key, value]) => item[key] === value);
}

function defined(properties: Readonly<Record<string, Value | undefined>>): Properties {
  const entries = Object.entries(properties).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
