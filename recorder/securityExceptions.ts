import { at, isObject, type PlainObject } from "./registeredResource.ts";

/** What is said of an object that a transform made less protected. */
export interface RegisteredExceptions {
  /** The service whose object it is; undefined where it is the site's. */
  readonly service: string | undefined;
  /** One sentence each, to be printed after the service's name or the object's. */
  readonly warnings: readonly string[];
}

const annotation = "gemelos.dev/security-exception.";

/** The security exceptions of an object as it is registered: the program notes the reasons at the object itself. */
export function registeredExceptions(manifest: PlainObject): RegisteredExceptions | undefined {
  const annotations = at(manifest, "metadata", "annotations");
  const stated = isObject(annotations) ? Object.entries(annotations) : [];
  const warnings = stated
    .filter(([key]) => key.startsWith(annotation))
    .map(([key, reason]) => exceptionWarning(key.slice(annotation.length), String(reason)));
  if (warnings.length === 0) return undefined;
  const service = at(manifest, "metadata", "labels", "app.kubernetes.io/name");
  if (typeof service === "string") return { service, warnings };
  const name = `${String(manifest["kind"])} ${String(at(manifest, "metadata", "name"))}`;
  return { service: undefined, warnings: warnings.map((warning) => `${name} ${warning}`) };
}

/** The words for a security exception, wherever it is stated. */
export function exceptionWarning(name: string, reason: string): string {
  return `has the security exception ${name}: ${reason}`;
}
