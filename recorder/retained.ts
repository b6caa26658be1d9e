import { at, type PlainObject } from "./registeredResource.ts";

/** A resource that leaves the program and stays where it is, since its resource options say `retainOnDelete`. */
export interface Retained {
  /** Pulumi's type token. */
  readonly type: string;
  readonly inputs: PlainObject;
}

/**
 * Says of a resource that left the program what stays behind, where, and how to remove it for good. Undefined for resources of
 * which nothing is worth a word.
 */
export function retainedLine({ type, inputs }: Retained): string | undefined {
  if (type === "vault:kv/secretV2:SecretV2") {
    const [mount, name] = [String(at(inputs, "mount")), String(at(inputs, "name"))];
    return `the value ${mount}/${name} in Vault; remove it for good: vault kv metadata delete -mount=${mount} ${name}`;
  }
  if (type === "kubernetes:core/v1:Namespace") {
    const name = String(at(inputs, "metadata", "name"));
    return `namespace ${name} with whatever still runs in it; remove it for good: kubectl delete namespace ${name}`;
  }
  if (type === "kubernetes:core/v1:PersistentVolumeClaim") {
    const [namespace, name] = [String(at(inputs, "metadata", "namespace")), String(at(inputs, "metadata", "name"))];
    const size = String(at(inputs, "spec", "resources", "requests", "storage"));
    return `the files of claim ${namespace}/${name} (${size}); remove them for good: kubectl delete pvc -n ${namespace} ${name}`;
  }
  return undefined;
}
