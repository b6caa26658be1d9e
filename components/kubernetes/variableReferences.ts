import { compareText } from "../diagnostic.ts";

/** What Kubernetes' `expansion.Expand` takes after a `$`: another one, which it escapes, a reference, or anything else. */
const mark = /\$(?:\(([^)]+)\)|[\s\S])/g;

/** Names of the variables that a text refers to as `$(NAME)`, each once. `$$(NAME)` is none: it is read as `$(NAME)`. */
export function referencesIn(text: string): string[] {
  return [...new Set([...text.matchAll(mark)].flatMap(([, name]) => (name === undefined ? [] : [name])))];
}

/** A text with another text in the place of each `$(NAME)`; where `replace` returns undefined, it stays. */
export function replaceReferences(text: string, replace: (name: string) => string | undefined): string {
  return text.replaceAll(mark, (whole, name: string | undefined) =>
    name === undefined ? whole : (replace(name) ?? whole),
  );
}

/** A text that Kubernetes reads as this one, where it would look for references. */
export function escapeReferences(text: string): string {
  return text.replaceAll(/\$(?=[$(])/g, "$$$$");
}

/** A variable of a container, as far as its place among the others depends on it. */
interface Variable {
  readonly name: string;
  readonly value?: string | undefined;
}

/**
 * Orders variables so that each stands behind those that it refers to, since Kubernetes expands only references to earlier
 * ones: by name, first those that refer to none, then the others, each after the ones that it needs.
 * @returns the variables in order, and the names of those that refer to themselves, if only by way of others, which no
 * order helps.
 */
export function orderVariables<Item extends Variable>(
  variables: readonly Item[],
): { readonly ordered: Item[]; readonly inCycles: ReadonlySet<string> } {
  const sorted = variables.toSorted((a, b) => compareText(a.name, b.name));
  const needs = new Map(sorted.map(({ name, value = "" }) => [name, referencesIn(value).sort()]));
  const byName = new Map(sorted.map((item) => [item.name, item]));
  const ordered = new Set(sorted.filter(({ name }) => needs.get(name)?.length === 0));
  const inCycles = new Set<string>();
  const path: string[] = [];
  const place = (item: Item) => {
    if (ordered.has(item)) return;
    const before = path.indexOf(item.name);
    if (before !== -1) {
      for (const name of path.slice(before)) inCycles.add(name);
      return;
    }
    path.push(item.name);
    for (const name of needs.get(item.name) ?? []) {
      const needed = byName.get(name);
      if (needed !== undefined) place(needed);
    }
    path.pop();
    ordered.add(item);
  };
  for (const item of sorted) place(item);
  return { ordered: [...ordered], inCycles };
}
