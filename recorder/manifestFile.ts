import { ValidationError } from "../components/diagnostic.ts";
import { at, isObject, type PlainObject, type RegisteredResource, secretMark } from "./registeredResource.ts";

/** Folder for cluster-scoped objects. The underscore makes it an invalid namespace name, so it cannot clash with one. */
const clusterFolder = "_cluster";

/** Whether a resource is a Kubernetes object that the program manages. */
export function isManifest({ type, custom, read }: RegisteredResource): boolean {
  return custom && read === undefined && type.startsWith("kubernetes:");
}

/** Whether the reviewer of a change must see a resource: what a provider manages, and the providers themselves. */
export function isPreviewed({ custom, read, type }: RegisteredResource): boolean {
  return custom && read === undefined && type !== "pulumi:pulumi:Stack";
}

/**
 * Path of a manifest below the site's folder: `<namespace>/<kind>-<name>.yaml`.
 * @throws ValidationError if a part of it would lead out of its folder.
 */
export function manifestPath(manifest: PlainObject): string {
  const namespace = at(manifest, "metadata", "namespace");
  const folder = typeof namespace === "string" ? namespace : clusterFolder;
  const file = `${String(manifest["kind"]).toLowerCase()}-${String(at(manifest, "metadata", "name"))}.yaml`;
  if ([folder, file].some((part) => /[/\\\0]/.test(part) || /^\.*$/.test(part))) {
    const message = "cannot be the name of a file; correct namespace, kind or name of the object";
    throw new ValidationError([{ file: `${folder}/${file}`, path: "", message }]);
  }
  return `${folder}/${file}`;
}

/** The manifest without the values of a Secret, which are secret whether or not the program marked them so. */
export function withoutSecretData(manifest: PlainObject): PlainObject {
  if (manifest["kind"] !== "Secret") return manifest;
  const hide = (value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, secretMark])) : secretMark;
  return {
    ...manifest,
    ...("data" in manifest ? { data: hide(manifest["data"]) } : {}),
    ...("stringData" in manifest ? { stringData: hide(manifest["stringData"]) } : {}),
  };
}
