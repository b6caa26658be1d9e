import {
  isProperties,
  isSame,
  type Marked,
  type Path,
  type Properties,
  unknownValue,
  type Value,
  valueAt,
} from "../protocol/values.ts";
import type { Kind } from "./kinds.ts";

/** An object as it is kept in the state: as the API server gives it, without the record of who owns which field. */
export function stateOf(live: Properties): Properties {
  const { managedFields: _owners, ...metadata } = isProperties(live["metadata"]) ? live["metadata"] : {};
  return { ...live, metadata };
}

/** Fields that the API server makes up for a new object, so that a dry run's are not those that will be. */
const madeUp: readonly Path[] = [
  ["metadata", "uid"],
  ["metadata", "resourceVersion"],
  ["metadata", "creationTimestamp"],
  ["spec", "clusterIP"],
  ["spec", "clusterIPs"],
];

/** What a new object is going to be, from a dry run or, where there could be none, from its inputs. */
export function previewOfNew(inputs: Properties, answer: Properties = inputs): Properties {
  const metadata = isProperties(answer["metadata"]) ? answer["metadata"] : undefined;
  let preview: Properties =
    metadata === undefined ? answer : { ...answer, metadata: { ...metadata, uid: unknownValue } };
  for (const path of madeUp) {
    // Whoever states it gets it.
    if (valueAt(preview, path) !== undefined && valueAt(inputs, path) === undefined) {
      preview = withUnknown(preview, path);
    }
  }
  return { ...stateOf(preview), status: unknownValue };
}

/** What a changed object is going to be: its status is the cluster's answer to a change that was not made yet. */
export function previewOfChanged(answer: Properties): Properties {
  return { ...withUnknown(stateOf(answer), ["metadata", "resourceVersion"]), status: unknownValue };
}

function withUnknown(properties: Properties, path: Path): Properties {
  const [first, ...rest] = path;
  if (typeof first !== "string") return properties;
  const below: Value | undefined = properties[first];
  if (rest.length === 0) return { ...properties, [first]: unknownValue };
  return isProperties(below) ? { ...properties, [first]: withUnknown(below, rest) } : properties;
}

/** Where secrets stand in an object: where they stood in its inputs, and all that a Secret holds. */
export function secretPaths({ apiVersion, kind }: Kind, object: Properties, inputSecrets: readonly Path[]): Path[] {
  if (apiVersion !== "v1" || kind !== "Secret") return [...inputSecrets];
  const own: Path[] = [
    ["data"],
    ["stringData"],
    ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
  ];
  return [...inputSecrets, ...own.filter((path) => valueAt(object, path) !== undefined)];
}

/** An object with its secrets marked. */
export function marked(kind: Kind, value: Properties, secrets: readonly Path[]): Marked {
  const paths = secretPaths(kind, value, secrets);
  const isFirst = (path: Path, index: number) => paths.findIndex((other) => isSame([...other], [...path])) === index;
  return { value, secrets: paths.filter(isFirst) };
}
