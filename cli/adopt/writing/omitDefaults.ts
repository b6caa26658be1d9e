import type { Microservice } from "../../../components/microservice.ts";

/** Fields that every description states, whatever they say. */
const always = new Set(["name", "namespace", "description", "owner", "requests"]);

/** Fields whose keys people choose: none of these has a default but {@link defaultsBelow}, and there may be thousands. */
const withoutDefaults = new Set([
  "env",
  "secrets",
  "emptyDirs",
  "secretFiles",
  "initContainers",
  "podLabels",
  "podAnnotations",
  "nodeSelector",
  "tolerations",
]);

/** What sites have a value for, below such a field. */
const defaultsBelow: Readonly<Record<string, readonly string[]>> = { env: ["TZ"] };

/**
 * The shortest description that means the same: a field goes if everything is planned alike without it. `plan` gives
 * what is planned, and throws where a description without the field would not be sound.
 */
export function omitDefaults(service: Microservice, plan: (service: Microservice) => unknown): Microservice {
  const wanted = JSON.stringify(plan(service));
  const means = (candidate: Microservice) => {
    try {
      return JSON.stringify(plan(candidate)) === wanted;
    } catch {
      return false;
    }
  };
  let shortest = service;
  const shorten = (path: readonly string[], only?: readonly string[]) => {
    for (const key of Object.keys(fieldsAt(shortest, path))) {
      if (always.has(key) || only?.includes(key) === false) continue;
      const candidate = without(shortest, [...path, key]);
      if (means(candidate)) shortest = candidate;
      else shorten([...path, key], withoutDefaults.has(key) ? (defaultsBelow[key] ?? []) : undefined);
    }
  };
  shorten([]);
  return shortest;
}

function fieldsAt(service: Microservice, path: readonly string[]): object {
  const value = path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    service,
  );
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** A copy without a field; what is not on its path is shared, functions included. */
function without<Fields extends object>(fields: Fields, [key, ...path]: readonly string[]): Fields {
  const copy = { ...fields };
  if (key === undefined) return copy;
  const inner: unknown = Reflect.get(copy, key);
  if (path.length === 0) Reflect.deleteProperty(copy, key);
  else if (typeof inner === "object" && inner !== null) Reflect.set(copy, key, without(inner, path));
  return copy;
}
