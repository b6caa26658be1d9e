import { type Diagnostic, ValidationError } from "../../../components/diagnostic.ts";
import type { Microservice } from "../../../components/microservice.ts";

/** Fields that every description needs; a problem there is a person's to solve. */
const needed = /^(name|namespace|description|owner|resources)\b/;

/**
 * Takes out of a description what its rules refuse, such as a variable that other fields set already, and says why.
 * @throws ProblemsError where a field is refused without which there is no description.
 */
export function dropInvalidFields(
  described: Microservice,
  check: (service: Microservice) => readonly Diagnostic[],
): { readonly service: Microservice; readonly refused: ReadonlyMap<string, string> } {
  const refused = new Map<string, string>();
  let service = described;
  for (let problems = check(service); problems.length > 0; problems = check(service)) {
    const unsolved = problems.filter(({ path }) => needed.test(path));
    if (unsolved.length > 0) throw new ValidationError(unsolved);
    for (const { path, message } of problems) refused.set(path, message);
    const mended = without(
      service,
      problems.map(({ path }) => path),
    );
    // Nothing to take out: the rule is about something else.
    if (JSON.stringify(mended) === JSON.stringify(service) && mended.calls === service.calls)
      throw new ValidationError(problems);
    service = mended;
  }
  return { service, refused };
}

/**
 * A copy without the fields at paths such as `env.DB_HOST`, `jvm.options[1]` or `emptyDirs["/var/cache"]`. For a field that is missing, what it is
 * missing from goes.
 */
function without(service: Microservice, paths: readonly string[]): Microservice {
  const { calls, ...plain } = service;
  const copy = { ...structuredClone(plain), ...(calls === undefined ? {} : { calls }) };
  // From the last to the first, so that no item of a list moves before its turn.
  const inOrder = [...new Set(paths)].map(keysOf).sort(compareKeys);
  for (const keys of inOrder.reverse()) if (!remove(copy, keys)) remove(copy, keys.slice(0, -1));
  return copy;
}

function keysOf(path: string): string[] {
  const keys = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|[^.[\]]+/g);
  return [...keys].map(([key, quoted]) => (quoted === undefined ? key : String(JSON.parse(`"${quoted}"`))));
}

const byNumber = new Intl.Collator("en", { numeric: true });

function compareKeys(one: readonly string[], other: readonly string[]): number {
  return byNumber.compare(one.join("."), other.join("."));
}

/** Whether there was something to remove. */
function remove(root: object, keys: readonly string[]): boolean {
  const last = keys.at(-1);
  const parent = keys
    .slice(0, -1)
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
      root,
    );
  if (last === undefined || typeof parent !== "object" || parent === null || !Object.hasOwn(parent, last)) return false;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
  return true;
}
