import { entriesAt, fieldAt, listAt } from "./plainField.ts";
import type { Gap } from "./protection.ts";

/** Fields on the way to a workload's pod. */
export const pod = ["spec", "template", "spec"];

/** Fields on the way to the metadata of a workload's pods. */
export const template = ["spec", "template", "metadata"];

/** Fields of a container with what the kubelet checks. */
export const probes = ["startupProbe", "readinessProbe", "livenessProbe"];

/** A part of a manifest, with the path by which it is named. */
export interface Place {
  readonly path: string;
  readonly value: unknown;
}

/** The pod of a workload. */
export function podOf(manifest: unknown): Place {
  return { path: pod.join("."), value: fieldAt(manifest, ...pod) };
}

/** Every container of a pod, whenever it runs. */
export function containersOf(manifest: unknown): Place[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    listAt(manifest, ...pod, list).map((value, index) => ({
      // By name, so that a container that is added before another one changes no path.
      path: `${pod.join(".")}.${list}[${String(fieldAt(value, "name") ?? index)}]`,
      value,
    })),
  );
}

/** The gaps of all containers. */
export function eachContainer(manifest: unknown, check: (container: Place) => Gap[]): Gap[] {
  return containersOf(manifest).flatMap(check);
}

/** A gap where the value of a field is one that must not be. */
export function gap({ path, value }: Place, field: string, isWrong: (value: unknown) => boolean): Gap[] {
  const found = fieldAt(value, ...field.split("."));
  // Whoever checks the manifest says what is wrong with a Deployment that makes no pod.
  if (value === undefined) return [];
  return isWrong(found) ? [{ field: `${path}.${field}`, value: found }] : [];
}

/** A gap of a security context's field that a container has from its pod where it states none itself. */
export function inherited(
  manifest: unknown,
  container: Place,
  field: string,
  isWrong: (value: unknown) => boolean,
): Gap[] {
  const own = fieldAt(container.value, "securityContext", field);
  const value = own ?? fieldAt(manifest, ...pod, "securityContext", field);
  return isWrong(value) ? [{ field: `${container.path}.securityContext.${field}`, value }] : [];
}

/** A gap for each annotation of the pods that must not be. */
export function annotationGaps(manifest: unknown, isWrong: (key: string, value: unknown) => boolean): Gap[] {
  return entriesAt(manifest, ...template, "annotations")
    .filter(([key, value]) => isWrong(key, value))
    .map(([key, value]) => ({ field: annotationField(key), value }));
}

/** The path of an annotation of the pods. */
export function annotationField(key: string): string {
  return `spec.template.metadata.annotations["${key}"]`;
}

/** The volumes of a pod, by their names. */
export function volumesOf(manifest: unknown): Place[] {
  return listAt(manifest, ...pod, "volumes").map((value) => ({
    path: `${pod.join(".")}.volumes[${String(fieldAt(value, "name"))}]`,
    value,
  }));
}

/** Whether a field has a value; `null` is none to the API server. */
export function isStated(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a switch is on. */
export function isTrue(value: unknown): boolean {
  return value === true;
}

/** Whether a value is another one than it must be. */
export function isNot(wanted: unknown): (value: unknown) => boolean {
  return (value) => value !== wanted;
}
