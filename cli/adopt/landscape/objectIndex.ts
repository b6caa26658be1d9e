import { entriesAt, listAt } from "../../../components/kubernetes/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";

/** Whether two objects may be in one namespace: what states none, an empty one, is applied in any. */
function mayMeet(one: string, other: string): boolean {
  return one === "" || other === "" || one === other;
}

/** The namespace that an object states; undefined where it states none. */
export function namespaceOf({ namespace }: ManifestDocument): string | undefined {
  return namespace === "" ? undefined : namespace;
}

/** `shop/orders`, or `orders` where no namespace is stated. */
export function qualifiedName({ namespace, name }: ManifestDocument): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

const kinds = new WeakMap<readonly ManifestDocument[], ReadonlyMap<string, readonly ManifestDocument[]>>();

/** The objects of a kind that may be in a namespace. The list must not change: it is sorted by kind once. */
export function objectsOf(
  documents: readonly ManifestDocument[],
  kind: string,
  namespace: string,
): readonly ManifestDocument[] {
  const byKind = kinds.get(documents) ?? Map.groupBy(documents, (document) => document.kind);
  kinds.set(documents, byKind);
  return (byKind.get(kind) ?? []).filter((document) => mayMeet(document.namespace, namespace));
}

/** Finds objects by kind and name, as one object names another. */
export class ObjectIndex {
  readonly #byName: ReadonlyMap<string, readonly ManifestDocument[]>;

  constructor(documents: readonly ManifestDocument[]) {
    this.#byName = Map.groupBy(documents, ({ kind, name }) => `${kind}/${name}`);
  }

  /** The object of that name in the namespace; else the only one that may be in it. */
  find(kind: string, name: string, namespace: string): ManifestDocument | undefined {
    const named = this.#byName.get(`${kind}/${name}`) ?? [];
    const [near, ...more] = named.filter((document) => mayMeet(document.namespace, namespace));
    const exact = named.find((document) => document.namespace === namespace);
    return exact ?? (more.length === 0 ? near : undefined);
  }
}

/** Something that has labels. */
export interface Labelled {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, unknown>>;
}

/** Finds what a selector selects, without asking everything about everything. */
export class LabelIndex<Item extends Labelled> {
  readonly #items: readonly Item[];
  readonly #byLabel = new Map<string, Item[]>();

  constructor(items: readonly Item[]) {
    this.#items = items;
    for (const item of items) {
      for (const [key, value] of Object.entries(item.labels)) {
        const label = `${key}=${value}`;
        const known = this.#byLabel.get(label);
        if (known === undefined) this.#byLabel.set(label, [item]);
        else known.push(item);
      }
    }
  }

  /**
   * What has all labels of a selector and may be in its namespace. A selector without a term selects everything.
   * @param selector `matchLabels` and `matchExpressions`, as in a PodDisruptionBudget
   */
  select(selector: unknown, namespace: string): Item[] {
    const wanted = entriesAt(selector, "matchLabels");
    const expressions = listAt(selector, "matchExpressions");
    // The rarest label leaves the fewest to look at.
    const few = wanted
      .map(([key, value]) => this.#byLabel.get(`${key}=${value}`) ?? [])
      .sort((a, b) => a.length - b.length)[0];
    return (few ?? this.#items).filter(
      (item) =>
        mayMeet(item.namespace, namespace) &&
        wanted.every(([key, value]) => item.labels[key] === value) &&
        expressions.every((expression) => meets(item.labels, expression)),
    );
  }
}

function meets(labels: Readonly<Record<string, unknown>>, expression: unknown): boolean {
  const key = String(at(expression, "key"));
  const has = Object.hasOwn(labels, key);
  const isOneOf = has && listAt(expression, "values").includes(labels[key]);
  switch (at(expression, "operator")) {
    case "In":
      return isOneOf;
    case "NotIn":
      return !isOneOf;
    case "Exists":
      return has;
    case "DoesNotExist":
      return !has;
    default:
      return false;
  }
}
