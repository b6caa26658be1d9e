import { at, type PlainObject } from "../../recorder/registeredResource.ts";

/** Which object something is about. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for an object of the cluster. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The name of a manifest, or of a live object of that kind. */
export function objectName(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  object: PlainObject,
): ObjectName {
  const namespace = at(object, "metadata", "namespace");
  return {
    apiVersion,
    kind,
    namespace: typeof namespace === "string" ? namespace : undefined,
    name: String(at(object, "metadata", "name")),
  };
}

/** A name that is the same for an object in every version of its kind. */
export function objectKey({ apiVersion, kind, namespace = "", name }: ObjectName): string {
  return JSON.stringify([groupOf(apiVersion), kind, namespace, name]);
}

/** API group of a version: `apps`, and an empty text for the core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}

/** An object's name for people: `Deployment payments/card-payments`. */
export function formatObjectName({ kind, namespace, name }: Omit<ObjectName, "apiVersion">): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
