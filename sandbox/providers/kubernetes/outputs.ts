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

/** An object as stored in the state: as returned by the API server, without `managedFields`. */
export function stateOf(live: Properties): Properties {
  const { managedFields: _owners, ...metadata } = isProperties(live["metadata"]) ? live["metadata"] : {};
  return { ...live, metadata };
}

/** Fields that the API server generates for a new object; a dry run's values will differ from the final ones. */
const madeUp: readonly Path[] = [
  ["metadata", "uid"],
  ["metadata", "resourceVersion"],
  ["metadata", "creationTimestamp"],
  ["spec", "clusterIP"],
  ["spec", "clusterIPs"],
];

/** Expected outputs of a new object, based on a dry run or, if none was possible, on its inputs. */
export function previewOfNew(inputs: Properties, answer: Properties = inputs): Properties {
  const metadata = isProperties(answer["metadata"]) ? answer["metadata"] : undefined;
  let preview: Properties =
    metadata === undefined ? answer : { ...answer, metadata: { ...metadata, uid: unknownValue } };
  for (const path of madeUp) {
    // A value that the program sets is used as it is.
    if (valueAt(preview, path) !== undefined && valueAt(inputs, path) === undefined) {
      preview = withUnknown(preview, path);
    }
  }
  return { ...stateOf(preview), status: unknownValue };
}

/** Expected outputs of a changed object. Its status is unknown, because the cluster has yet to react to the change. */
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

/** Paths of the secrets in an object: those of its inputs and, for a Secret, all its data. */
export function secretPaths({ apiVersion, kind }: Kind, object: Properties, inputSecrets: readonly Path[]): Path[] {
  if (apiVersion !== "v1" || kind !== "Secret") return [...inputSecrets];
  const own: Path[] = [
    ["data"],
    ["stringData"],
    ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
  ];
  return [...inputSecrets, ...own.filter((path) => valueAt(object, path) !== undefined)];
}

/** An object with its secret paths. */
export function marked(kind: Kind, value: Properties, secrets: readonly Path[]): Marked {
  const paths = secretPaths(kind, value, secrets);
  const isFirst = (path: Path, index: number) => paths.findIndex((other) => isSame([...other], [...path])) === index;
  return { value, secrets: paths.filter(isFirst) };
}
