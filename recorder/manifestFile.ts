import { at, isObject, type PlainObject, type RegisteredResource, secretMark } from "./registeredResource.ts";

/** The folder of objects that belong to no namespace. No namespace can have this name. */
const clusterFolder = "_cluster";

/** Whether a registration is a Kubernetes object that the program manages. */
export function isManifest({ type, custom, read }: RegisteredResource): boolean {
  return custom && read === undefined && type.startsWith("kubernetes:");
}

/** Whether a registration is an object that somebody who reviews a change must see: in the cluster or in Vault. */
export function isPreviewed(registration: RegisteredResource): boolean {
  return isManifest(registration) || registration.type.startsWith("vault:");
}

/** Where a manifest is written, below the site's folder: `<namespace>/<kind>-<name>.yaml`. */
export function manifestPath(manifest: PlainObject): string {
  const namespace = at(manifest, "metadata", "namespace");
  const folder = typeof namespace === "string" ? namespace : clusterFolder;
  return `${folder}/${String(manifest["kind"]).toLowerCase()}-${String(at(manifest, "metadata", "name"))}.yaml`;
}

/** The manifest without values of Secrets, which are secret whether the program marked them or not. */
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
