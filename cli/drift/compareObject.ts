import { isObject, type Plain, type PlainObject, secretMark, unknownMark } from "../../recorder/registeredResource.ts";
import { type FieldPath, keyedItems, type PathStep, stepName } from "./fieldPath.ts";
import { withoutSecretValues } from "./hideSecrets.ts";
import { isNoDefault, reasonFor } from "./knownAdditions.ts";
import { type FieldManager, innerOwners, managedFields, type OwnedFields } from "./managedFields.ts";
import { sameScalar } from "./sameScalar.ts";

/** A field of a live object that is not as rendered. */
export interface FieldDrift {
  readonly path: FieldPath;
  /** `changed`: another value; `missing`: rendered and not there; `added`: there and not rendered. */
  readonly kind: "changed" | "missing" | "added";
  /** Undefined where it was added. */
  readonly rendered: Plain | undefined;
  /** The live value, without secrets; undefined where it is missing. */
  readonly live: Plain | undefined;
  /** Who set it; undefined where nobody owns it any more, as after a removal. */
  readonly manager: FieldManager | undefined;
}

/** What was found in one object. */
export interface ObjectComparison {
  readonly drift: readonly FieldDrift[];
  /** The live object with every field that was found put right, and all others as they are. */
  readonly target: PlainObject;
}

/** Names of Pulumi's field managers begin so: `pulumi-kubernetes-1a2b3c4d`. */
const ownPrefix = "pulumi-kubernetes";

/** Whether a field manager is Pulumi's. */
export function isOwn({ name }: FieldManager): boolean {
  return name.startsWith(ownPrefix);
}

/**
 * Compares a live object with the one that the program renders. A field that is not rendered is drift if somebody else owns
 * it, Pulumi does not, and it is not known to be right. What nobody owns are the API server's defaults.
 */
export function compareObject(rendered: PlainObject, live: PlainObject): ObjectComparison {
  const comparison = new Comparison(String(rendered["kind"]));
  const { stringData, ...stated } = rendered;
  const merged = isObject(stringData) ? { ...stated, data: { ...asObject(stated["data"]), ...stringData } } : stated;
  const target = comparison.fields([], merged, live, managedFields(live));
  return { drift: comparison.drift, target };
}

class Comparison {
  readonly drift: FieldDrift[] = [];
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Compares two values and returns the one to be. */
  value(path: FieldPath, rendered: Plain, live: Plain, owners: readonly OwnedFields[]): Plain {
    // Known only during a deployment, or never shown: nothing can be said about it.
    if (rendered === secretMark || rendered === unknownMark) return live;
    if (isObject(rendered) && isObject(live)) return this.fields(path, rendered, live, owners);
    if (Array.isArray(rendered) && Array.isArray(live)) return this.#list(path, rendered, live, owners);
    if (sameScalar(path, rendered, live)) return live;
    this.#found("changed", path, rendered, live, owners);
    return rendered;
  }

  /** Compares the fields of two objects and returns the object to be. */
  fields(path: FieldPath, rendered: PlainObject, live: PlainObject, owners: readonly OwnedFields[]): PlainObject {
    const target: [string, Plain][] = [];
    for (const [name, value] of Object.entries(live)) {
      const place = [...path, { field: name }];
      const inner = innerOwners(owners, { name });
      const stated = Object.hasOwn(rendered, name) ? (rendered[name] ?? undefined) : undefined;
      const kept = stated === undefined ? this.#addition(place, value, inner) : this.value(place, stated, value, inner);
      if (kept !== undefined) target.push([name, kept]);
    }
    for (const [name, value] of Object.entries(rendered)) {
      // The API server leaves out what is empty.
      if (Object.hasOwn(live, name) || isEmpty(value)) continue;
      this.#found("missing", [...path, { field: name }], value, undefined, innerOwners(owners, { name }));
      target.push([name, value]);
    }
    return Object.fromEntries(target);
  }

  #list(path: FieldPath, rendered: readonly Plain[], live: readonly Plain[], owners: readonly OwnedFields[]): Plain {
    const last = path.at(-1);
    const keyed = last === undefined ? undefined : keyedItems(stepName(last), rendered, live);
    if (keyed === undefined) return this.#wholeList(path, rendered, live, owners);
    const [wanted, found] = keyed;
    const target: Plain[] = [];
    for (const [index, [key, item]] of [...found].entries()) {
      const place = [...path, { item: key }];
      const inner = innerOwners(owners, { item, index });
      const stated = wanted.get(key);
      const kept = stated === undefined ? this.#addition(place, item, inner) : this.value(place, stated, item, inner);
      if (kept !== undefined) target.push(kept);
    }
    for (const [key, item] of wanted) {
      if (found.has(key)) continue;
      this.#found("missing", [...path, { item: key }], item, undefined, []);
      target.push(item);
    }
    return target;
  }

  /** A list without merge keys: equal items are matched first, so that one inserted item is one difference. */
  #wholeList(
    path: FieldPath,
    rendered: readonly Plain[],
    live: readonly Plain[],
    owners: readonly OwnedFields[],
  ): Plain {
    const before = this.drift.length;
    const left = new Map(live.entries());
    const matched: number[] = [];
    const unmatched = rendered.filter((item) => {
      const same = [...left].find(([index, other]) => this.#isSame(path, item, other, index, owners));
      if (same === undefined) return true;
      left.delete(same[0]);
      matched.push(same[0]);
      return false;
    });
    const others = [...left];
    for (const [place, item] of unmatched.entries()) {
      const pair = others[place];
      if (pair === undefined) {
        this.#found("missing", [...path, { item: String(rendered.indexOf(item)) }], item, undefined, owners);
        continue;
      }
      const [index, other] = pair;
      this.value([...path, { item: String(index) }], item, other, innerOwners(owners, { item: other, index }));
    }
    for (const [index, item] of others.slice(unmatched.length)) {
      this.#unwanted([...path, itemOf(item, index)], item, innerOwners(owners, { item, index }));
    }
    const inOrder = matched.every((index, place) => place === 0 || index > (matched[place - 1] ?? -1));
    if (this.drift.length === before && !inOrder) this.#found("changed", path, rendered, live, owners);
    return this.drift.length === before ? live : rendered;
  }

  #isSame(path: FieldPath, item: Plain, other: Plain, index: number, owners: readonly OwnedFields[]): boolean {
    const trial = new Comparison(this.#kind);
    trial.value([...path, { item: String(index) }], item, other, innerOwners(owners, { item: other, index }));
    return trial.drift.length === 0;
  }

  /** A field or item that is not rendered: returns it where it is right, and undefined where it must go. */
  #addition(path: FieldPath, value: Plain, owners: readonly OwnedFields[]): Plain | undefined {
    if (owners.length === 0 && isNoDefault(this.#kind, path, value)) return this.#unwanted(path, value, owners);
    const own = owners.some(({ manager }) => isOwn(manager));
    if (owners.every(({ manager }) => isOwn(manager))) return value;
    // Where several people may have something of their own in it, each entry is looked at by itself.
    if (isObject(value) && (own || isShared(path))) return this.fields(path, {}, value, owners);
    if (Array.isArray(value) && (own || isSet(owners))) {
      return value.flatMap((item: Plain, index) => {
        const kept = this.#addition([...path, itemOf(item, index)], item, innerOwners(owners, { item, index }));
        return kept === undefined ? [] : [kept];
      });
    }
    return own ? value : this.#unwanted(path, value, owners);
  }

  /** Tells of what was added, unless it is known to be right. */
  #unwanted(path: FieldPath, live: Plain, owners: readonly OwnedFields[]): Plain | undefined {
    const manager = responsible(owners);
    if (reasonFor(this.#kind, { path, live, manager }) !== undefined) return live;
    this.#found("added", path, undefined, live, owners);
    return undefined;
  }

  #found(
    kind: FieldDrift["kind"],
    path: FieldPath,
    rendered: Plain | undefined,
    live: Plain | undefined,
    owners: readonly OwnedFields[],
  ): void {
    const shown = live === undefined ? undefined : withoutSecretValues(this.#kind, path, live);
    this.drift.push({ kind, path, rendered, live: shown, manager: responsible(owners) });
  }
}

/** The newest of the other managers, or of Pulumi's where there is no other. */
function responsible(owners: readonly OwnedFields[]): FieldManager | undefined {
  const managers = owners.map(({ manager }) => manager);
  const others = managers.filter((manager) => !isOwn(manager));
  const [first, ...rest] = others.length > 0 ? others : managers;
  return rest.reduce((newest, each) => ((each.time ?? "") > (newest?.time ?? "") ? each : newest), first);
}

/** Maps in which everybody has keys of their own. */
function isShared(path: FieldPath): boolean {
  const last = path.at(-1);
  return last !== undefined && ["labels", "annotations"].includes(stepName(last));
}

/** Whether a list is a set of values, such as finalizers, each with its own owner. */
function isSet(owners: readonly OwnedFields[]): boolean {
  return owners.some(({ fields }) => fields.values.length > 0);
}

function itemOf(item: Plain, index: number): PathStep {
  return { item: typeof item === "string" ? item : String(index) };
}

/** Whether the API server leaves such a value out. */
function isEmpty(value: Plain): boolean {
  if (value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

function asObject(value: Plain | undefined): PlainObject {
  return isObject(value) ? value : {};
}
