import { at, isObject, type Plain } from "../../../recorder/registeredResource.ts";
import type { Path } from "../input/leaves.ts";
import { withoutSlash } from "../reading/configFiles.ts";

/** A value that holds no other, under a name that it has in another object too, however its lists are ordered. */
export interface KeyedLeaf {
  /** Kind and field, list items by what tells them apart: `pod.volumes[/tmp].emptyDir.sizeLimit`. */
  readonly key: string;
  /** Where it stands in its own object. */
  readonly path: Path;
  readonly value: Plain;
}

/** List -> the field that tells its items apart, as the API's own merge keys do. Items of any other list go by their number. */
const itemFields: ReadonlyMap<string, readonly string[]> = new Map([
  ["env", ["name"]],
  ["imagePullSecrets", ["name"]],
  ["options", ["name"]],
  ["ports", ["containerPort", "port"]],
  ["volumeMounts", ["mountPath"]],
  ["topologySpreadConstraints", ["topologyKey"]],
]);

/** Fields of a pod's security context that a container takes over where it does not state its own. */
const inherited = /^pod\.securityContext\.(runAsUser|runAsGroup|runAsNonRoot|seccompProfile|appArmorProfile)\b/;

/** The beginnings of keys that are shortened, the longest first. */
const shortened = [
  ["Deployment.spec.template.spec.containers[0].", "container."],
  ["Deployment.spec.template.spec.", "pod."],
  ["Deployment.spec.template.metadata.", "pod.metadata."],
] as const;

/** The numbers of the ports that other objects call by their names. */
export interface PortNames {
  /** Of the first container. */
  readonly container: ReadonlyMap<unknown, Plain>;
  /** Of the Service. */
  readonly service: ReadonlyMap<unknown, Plain>;
}

/** The ports' names in a Deployment and a Service. */
export function portNames(deployment: unknown, service: unknown): PortNames {
  const numbers = (list: unknown, field: string) =>
    new Map(
      asArray(list).flatMap((port): [unknown, Plain][] => {
        const number = at(port, field);
        return typeof number === "number" ? [[at(port, "name"), number]] : [];
      }),
    );
  return {
    container: numbers(at(deployment, "spec", "template", "spec", "containers", 0, "ports"), "containerPort"),
    service: numbers(at(service, "spec", "ports"), "port"),
  };
}

/**
 * The leaves of an object by key. Volumes go by the path at which the first container mounts them, ports by their number, and
 * what a container inherits from its pod stands under the container.
 */
export function keyedLeaves(kind: string, object: Plain, ports: PortNames): ReadonlyMap<string, KeyedLeaf> {
  const container = at(object, "spec", "template", "spec", "containers", 0);
  const mounts = asArray(at(container, "volumeMounts"));
  const paths = new Map(mounts.map((mount) => [at(mount, "name"), withoutSlash(String(at(mount, "mountPath")))]));
  const nameOf = (list: string, item: Plain, index: number): string => {
    if (list === "volumes") return paths.get(at(item, "name")) ?? String(at(item, "name"));
    if (list === "metrics") return String(at(metricOf(item), "name") ?? at(metricOf(item), "metric", "name"));
    const found = (itemFields.get(list) ?? []).map((field) => at(item, field)).find((value) => value !== undefined);
    return found === undefined ? String(index) : withoutSlash(String(found));
  };
  const leaves: KeyedLeaf[] = [];
  const walk = (value: Plain, key: string, path: Path): void => {
    const children: [string, string | number, Plain][] = Array.isArray(value)
      ? value.map((item: Plain, index) => [`[${nameOf(String(path.at(-1)), item, index)}]`, index, item])
      : isObject(value)
        ? Object.entries(value).map(([field, child]) => [`.${fieldName(kind, field)}`, field, child])
        : [];
    if (children.length === 0) leaves.push({ key: shortKey(key), path, value: portNumber(ports, path, value) });
    for (const [step, own, child] of children) walk(child, key + step, [...path, own]);
  };
  walk(object, kind, []);
  // What the container states itself goes before what it inherits, so it is set last.
  const own = leaves.filter(({ key }) => !inherited.test(key));
  const taken = leaves
    .filter(({ key }) => inherited.test(key))
    .map((leaf) => ({ ...leaf, key: leaf.key.replace("pod.", "container.") }));
  return new Map([...taken, ...own].map((leaf) => [leaf.key, leaf]));
}

/** An autoscaler measures the pods or their container: one metric under two names. */
function fieldName(kind: string, field: string): string {
  return kind === "HorizontalPodAutoscaler" && field === "resource" ? "containerResource" : field;
}

function metricOf(metric: Plain): unknown {
  return ["resource", "containerResource", "pods", "external", "object"]
    .map((source) => at(metric, source))
    .find((source) => source !== undefined);
}

function shortKey(full: string): string {
  // An Ingress names a port or gives its number.
  const key = full.replace(/(\.backend\.service\.port)\.(name|number)$/, "$1");
  const [long, short] = shortened.find(([start]) => key.startsWith(start)) ?? ["", ""];
  return short + key.slice(long.length);
}

/** The number of a port that a probe, a Service or an Ingress calls by its name. */
function portNumber({ container, service }: PortNames, path: Path, value: Plain): Plain {
  const last = String(path.at(-1));
  if (last === "targetPort" || path.some((key) => String(key).endsWith("Probe"))) return container.get(value) ?? value;
  return path.includes("backend") ? (service.get(value) ?? value) : value;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
