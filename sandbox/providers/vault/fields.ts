import type { Failure } from "../protocol/provider.ts";
import { isList, isProperties, type Properties, unknownValue, type Value } from "../protocol/values.ts";

/** Type of a field. `joined` is a list that Vault takes as comma-separated text; `duration` is text such as `1h`. */
type FieldKind = "text" | "number" | "switch" | "texts" | "joined" | "map" | "duration";

/** An input of a resource. */
export interface Field {
  readonly kind: FieldKind;
  /** Name in Vault's API if it is not the input's name in snake case. */
  readonly wire?: string;
  readonly required?: boolean;
  /** Whether a change replaces the resource. */
  readonly replace?: boolean;
  /** Whether Vault never returns the value. */
  readonly writeOnly?: boolean;
  /** The only supported values. */
  readonly oneOf?: readonly string[];
}

/** A resource's inputs by name. */
export type Fields = Readonly<Record<string, Field>>;

/** Fields of one type; `names` is separated by spaces. */
export function fieldsOf(kind: FieldKind, names: string, more: Omit<Field, "kind"> = {}): Fields {
  return Object.fromEntries(names.split(" ").map((name) => [name, { kind, ...more }]));
}

/** The given fields, marked so that a change to any of them replaces the resource. */
export function fixed(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...field, replace: true }]));
}

/** Validates a resource's inputs. */
export function fieldFailures(fields: Fields, inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    const field = Object.hasOwn(fields, property) ? fields[property] : undefined;
    if (field === undefined) failures.push({ property, reason: refusalOf(property, fields) });
    else if (value !== unknownValue && !holds(field.kind, value)) {
      failures.push({ property, reason: `must be ${kindNames[field.kind]}` });
    } else if (field.oneOf !== undefined && typeof value === "string" && !field.oneOf.includes(value)) {
      failures.push({ property, reason: `is "${value}"; this stand-in handles ${field.oneOf.join(", ")}` });
    }
  }
  for (const [property, { required }] of Object.entries(fields)) {
    if (required === true && inputs[property] === undefined) failures.push({ property, reason: "is missing" });
  }
  return failures;
}

function refusalOf(property: string, fields: Fields): string {
  switch (property) {
    case "namespace":
      return "is a feature of Vault Enterprise; leave it out";
    case "disableRead":
      return "is not supported: updating metadata with it has erased data";
    case "cas":
      return "is refused: as a constant it breaks the second write";
    default:
      return `is not handled by the stand-in for the vault provider; handled are ${Object.keys(fields).join(", ")}`;
  }
}

const kindNames: Readonly<Record<FieldKind, string>> = {
  text: "a text",
  number: "a number",
  switch: "true or false",
  texts: "a list of texts",
  joined: "a list of texts",
  map: "a map",
  duration: "a duration, such as 1h or 3600",
};

function holds(kind: FieldKind, value: Value): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "duration":
      return typeof value === "string" || typeof value === "number";
    case "number":
      return typeof value === "number";
    case "switch":
      return typeof value === "boolean";
    case "map":
      return isProperties(value);
    default:
      return isList(value) && value.every((item) => typeof item === "string" || item === unknownValue);
  }
}

/** A field's name in Vault's API: `boundServiceAccountNames` is `bound_service_account_names`. */
function wireName(name: string, field: Field | undefined): string {
  return field?.wire ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Converts inputs to Vault's API. A field that is no longer set is written as empty; otherwise Vault would keep it. */
export function toWire(fields: Fields, inputs: Properties, old: Properties = {}): Properties {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = inputs[name];
      if (value !== undefined) return [[wireName(name, field), wireValue(field.kind, value)]];
      return old[name] === undefined ? [] : [[wireName(name, field), emptyValue(field.kind)]];
    }),
  );
}

function wireValue(kind: FieldKind, value: Value): Value {
  return kind === "joined" && isList(value) ? value.join(",") : value;
}

function emptyValue(kind: FieldKind): Value {
  const empty: Readonly<Record<FieldKind, Value>> = {
    text: "",
    joined: "",
    duration: "0",
    number: 0,
    switch: false,
    texts: [],
    map: {},
  };
  return empty[kind];
}

/** Converts Vault's data to input names. Fields that Vault does not return are absent. */
export function fromWire(fields: Fields, data: Properties): Properties {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]): [string, Value][] => {
      const value = data[wireName(name, field)];
      if (field.writeOnly === true || value === undefined || value === null) return [];
      return [[name, readValue(field.kind, value)]];
    }),
  );
}

function readValue(kind: FieldKind, value: Value): Value {
  if (kind === "duration" && typeof value === "number") return String(value);
  const isTexts = kind === "texts" || kind === "joined";
  if (isTexts && typeof value === "string") return value === "" ? [] : value.split(",");
  return value;
}
