import type { ResolvedMicroservice } from "../description/index.ts";
import { referencesIn } from "../kubernetes/index.ts";
import { misspeltName } from "./placeholderRules.ts";

/**
 * Reports variables that Spring takes for the same property, `MODE` and `mode`, and references that are nearly the name of a
 * variable: Kubernetes would leave `$(DB_PASSWROD)` as it is, and so would a program with `${DB_PASSWROD}`.
 * @param derived the names of variables that follow from other fields.
 */
export function checkVariableNames(
  { env, secrets }: ResolvedMicroservice,
  derived: ReadonlySet<string>,
  report: (path: string, message: string) => void,
): void {
  const keys = [...secrets.stored, ...secrets.issued, ...secrets.existing].map(({ key }) => key);
  const known = new Set([...derived, ...keys, ...Object.keys(env)]);
  const names = [...known];
  const alike = Map.groupBy(known, (name) => name.toUpperCase());
  for (const [name, value] of Object.entries(env)) {
    const twin = alike.get(name.toUpperCase())?.find((other) => other !== name);
    if (twin !== undefined && (twin < name || !Object.hasOwn(env, twin))) {
      report(`env.${name}`, `is to Spring the same property as the variable ${twin}; keep one of the two`);
    }
    for (const reference of typeof value === "string" ? namesIn(value) : []) {
      const meant = known.has(reference) ? undefined : misspeltName(reference, names);
      if (meant === undefined) continue;
      report(`env.${name}`, `names ${reference}, which nothing sets; did you mean "${meant}"?`);
    }
  }
}

function namesIn(value: string): string[] {
  const placeholders = [...value.matchAll(/\$\{([A-Z][A-Z\d_]*)\}/g)].map(([, name = ""]) => name);
  return [...new Set([...referencesIn(value), ...placeholders])];
}
