import structProto, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { isList, isProperties, type Marked, type Path, type Properties, unknownValue, type Value } from "./values.ts";

/** Key that marks an object on the wire as a special value, such as a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Placeholders that the engine sends for unknown values, one for each type. */
const unknownTexts: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * Decodes properties from the wire.
 * @throws TypeError for values that no provider here accepts: assets, archives and resource references.
 */
export function decode(struct: structProto.Struct | undefined): Marked {
  const secrets: Path[] = [];
  const value = decoded(struct?.toJavaScript() ?? {}, [], secrets);
  return { value: isProperties(value) ? value : {}, secrets };
}

function decoded(value: JavaScriptValue, path: Path, secrets: Path[]): Value {
  if (typeof value === "string") return unknownTexts.has(value) ? unknownValue : value;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item, index) => decoded(item, [...path, index], secrets));
  const properties = new Map<string, JavaScriptValue>(Object.entries(value));
  const signature = properties.get(signatureKey);
  if (signature === secretSignature) {
    secrets.push(path);
    return decoded(properties.get("value") ?? null, path, []);
  }
  if (signature !== undefined) {
    throw new TypeError(`${path.join(".")} is an asset, an archive or a reference to a resource; give a plain value`);
  }
  return Object.fromEntries([...properties].map(([key, item]) => [key, decoded(item, [...path, key], secrets)]));
}

/**
 * Encodes properties for the wire. The value at each secret path is marked as secret; if it no longer exists, its
 * closest existing ancestor is marked, so that a value that has moved remains secret.
 */
export function encode({ value, secrets }: Marked): structProto.Struct {
  const marks = new Marks();
  for (const path of secrets) marks.add(path);
  return structProto.Struct.fromJavaScript(encodedProperties(value, marks));
}

/** Secret paths as a tree. */
class Marks {
  readonly below = new Map<string, Marks>();
  secret = false;

  add(path: Path): void {
    let marks: Marks = this;
    for (const step of path) {
      const next = marks.below.get(String(step)) ?? new Marks();
      marks.below.set(String(step), next);
      marks = next;
    }
    marks.secret = true;
  }
}

function encodedProperties(value: Properties, marks: Marks | undefined): Record<string, JavaScriptValue> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encoded(item, marks?.below.get(key))]));
}

function encoded(value: Value, marks: Marks | undefined): JavaScriptValue {
  if (marks?.secret === true || (marks !== undefined && isMissingBelow(value, marks))) {
    return { [signatureKey]: secretSignature, value: encoded(value, undefined) };
  }
  if (value === unknownValue) return unknownText;
  if (isList(value)) return value.map((item, index) => encoded(item, marks?.below.get(String(index))));
  return isProperties(value) ? encodedProperties(value, marks) : value;
}

/** Whether a mark points below the value to something that does not exist. */
function isMissingBelow(value: Value, marks: Marks): boolean {
  return [...marks.below.keys()].some((key) => {
    if (isList(value)) return Number(key) >= value.length;
    return !isProperties(value) || !Object.hasOwn(value, key);
  });
}
