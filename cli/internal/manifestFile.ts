import { Document } from "yaml";
import { at, isObject, type PlainObject, type Registration, secretMark } from "./registration.ts";

/** The folder of objects that belong to no namespace. No namespace can have this name. */
const clusterFolder = "_cluster";

/** Whether a registration is a Kubernetes object that the program manages. */
export function isManifest({ type, custom, read }: Registration): boolean {
  return custom && read === undefined && type.startsWith("kubernetes:");
}

/** Where a manifest is written, below the site's folder: `<namespace>/<kind>-<name>.yaml`. */
export function manifestPath(manifest: PlainObject): string {
  const namespace = at(manifest, "metadata", "namespace");
  const folder = typeof namespace === "string" ? namespace : clusterFolder;
  return `${folder}/${String(manifest["kind"]).toLowerCase()}-${String(at(manifest, "metadata", "name"))}.yaml`;
}

/** The manifest as people write it: apiVersion, kind and metadata first, every other field in alphabetical order. */
export function manifestYaml(manifest: PlainObject): string {
  const { apiVersion, kind, metadata, ...rest } = manifest;
  const document = new Document({ apiVersion, kind, metadata, ...rest }, { aliasDuplicateObjects: false });
  // A manifest has no tags; without any to look for, the library spares a walk over the whole document.
  if (document.directives !== undefined) document.directives.tags = {};
  return document.toString({ lineWidth: 0 });
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
