import { type Diagnostic, ValidationError } from "../../components/diagnostic.ts";
import type { Microservice } from "../../components/microservice.ts";

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
    const before = service;
    for (const { path, message } of problems) {
      refused.set(path, message);
      const mended = without(service, path);
      // A field that is missing: what it is missing from goes.
      service = same(mended, service) ? without(service, path.replace(/(\.[^.[]+|\[\d+\])$/, "")) : mended;
    }
    // Nothing to take out: the rule is about something else.
    if (same(service, before)) throw new ValidationError(problems);
  }
  return { service, refused };
}

/** A copy without the field at a path such as `env.DB_HOST` or `jvm.options[1]`. */
function without(service: Microservice, path: string): Microservice {
  const keys = path.split(/\.|\[|\]\.?/).filter((key) => key !== "");
  const copy = structuredClone(service);
  const last = keys.pop();
  const parent = keys.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    copy,
  );
  if (last === undefined || typeof parent !== "object" || parent === null) return copy;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
  return copy;
}

function same(one: Microservice, two: Microservice): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}
