import { canonicalText } from "../../components/kubernetes/index.ts";
import { at, type PlainObject } from "../../recorder/registeredResource.ts";

/** Kinds whose controller replaces every pod when the template of the pods changes. */
const workloads = ["Deployment", "StatefulSet", "DaemonSet"];

/** That a change of an object replaces its pods, in words; nothing where it does not, and where it runs none. */
export function rollsPods(old: PlainObject, current: PlainObject): string[] {
  if (!workloads.includes(String(at(current, "kind"))) || at(current, "spec", "replicas") === 0) return [];
  const template = (object: PlainObject) => canonicalText(at(object, "spec", "template"));
  return template(old) === template(current) ? [] : ["its pods roll"];
}
