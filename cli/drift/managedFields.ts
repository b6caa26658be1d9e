import { at, isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";

/** Who sets fields of an object, as the API server keeps it in `metadata.managedFields`. */
export interface FieldManager {
  /** Name of the program: `kubectl-edit`, `kube-controller-manager`, `pulumi-kubernetes`. */
  readonly name: string;
  /** `Apply` for server-side apply; `Update` for every other way. */
  readonly operation: string;
  /** Subresource through which it was set, such as `status` or `scale`; empty for the object itself. */
  readonly subresource: string;
  /** Time of its latest change of a field, in ISO 8601; undefined where the API server keeps none. */
  readonly time: string | undefined;
}

/** The fields that one manager owns. */
export interface OwnedFields {
  readonly manager: FieldManager;
  readonly fields: FieldTree;
}

/**
 * A set of field paths, decoded from `fieldsV1`. A tree without children is a field that is owned as a whole, with
 * everything below it.
 */
export interface FieldTree {
  /** Whether the field itself is owned. False where only fields below it are. */
  readonly owned: boolean;
  /** `f:<name>`: fields of an object. */
  readonly fields: ReadonlyMap<string, FieldTree>;
  /** `k:<key fields>`: items of a list, by their merge keys. */
  readonly items: readonly { readonly key: PlainObject; readonly tree: FieldTree }[];
  /** `v:<value>`: items of a set. */
  readonly values: readonly { readonly value: Plain; readonly tree: FieldTree }[];
  /** `i:<index>`: items of a list, by their position. */
  readonly indexes: ReadonlyMap<number, FieldTree>;
}

/** One step from a field to a field inside it: a name, or an item of a list at a position. */
export type FieldStep = { readonly name: string } | { readonly item: Plain; readonly index: number };

/** What each manager of a live object owns. Entries that cannot be read own nothing. */
export function managedFields(live: PlainObject): OwnedFields[] {
  const entries = at(live, "metadata", "managedFields");
  if (!Array.isArray(entries)) return [];
  return entries.filter(isObject).map((entry) => {
    const time = entry["time"];
    return {
      manager: {
        name: textOf(entry["manager"]),
        operation: textOf(entry["operation"]),
        subresource: textOf(entry["subresource"]),
        time: typeof time === "string" ? time : undefined,
      },
      fields: decodeFields(entry["fieldsV1"]),
    };
  });
}

/** Decodes `fieldsV1`. Keys of an unknown form are ignored. */
export function decodeFields(encoded: unknown): FieldTree {
  const fields = new Map<string, FieldTree>();
  const items: { key: PlainObject; tree: FieldTree }[] = [];
  const values: { value: Plain; tree: FieldTree }[] = [];
  const indexes = new Map<number, FieldTree>();
  const entries = isObject(encoded) ? Object.entries(encoded) : [];
  for (const [key, inner] of entries) {
    const rest = key.slice(2);
    if (key.startsWith("f:")) fields.set(rest, decodeFields(inner));
    if (key.startsWith("k:")) {
      const merge = parse(rest);
      if (isObject(merge)) items.push({ key: merge, tree: decodeFields(inner) });
    }
    if (key.startsWith("v:")) {
      const value = parse(rest);
      if (value !== undefined) values.push({ value, tree: decodeFields(inner) });
    }
    if (key.startsWith("i:") && /^\d+$/.test(rest)) indexes.set(Number(rest), decodeFields(inner));
  }
  const owned = (isObject(encoded) && "." in encoded) || entries.length === 0;
  return { owned, fields, items, values, indexes };
}

/** Whether nothing below the field is listed, so that whoever owns it owns everything inside. */
export function isWhole({ fields, items, values, indexes }: FieldTree): boolean {
  return fields.size + items.length + values.length + indexes.size === 0;
}

/** The tree one step further in; undefined where nothing there is owned. A field that is owned as a whole owns what is in it. */
export function innerTree(tree: FieldTree, step: FieldStep): FieldTree | undefined {
  if (isWhole(tree)) return tree;
  if ("name" in step) return tree.fields.get(step.name);
  const { item, index } = step;
  const byKey = tree.items.find(({ key }) =>
    Object.entries(key).every(([name, value]) => isObject(item) && sameValue(item[name], value)),
  );
  const byValue = tree.values.find(({ value }) => sameValue(value, item));
  return byKey?.tree ?? byValue?.tree ?? tree.indexes.get(index);
}

/** The owners of what is one step further in. */
export function innerOwners(owners: readonly OwnedFields[], step: FieldStep): OwnedFields[] {
  return owners.flatMap(({ manager, fields }) => {
    const inner = innerTree(fields, step);
    return inner === undefined ? [] : [{ manager, fields: inner }];
  });
}

function sameValue(one: Plain | undefined, other: Plain): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function parse(text: string): Plain | undefined {
  try {
    const value: Plain = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function textOf(value: Plain | undefined): string {
  return typeof value === "string" ? value : "";
}
