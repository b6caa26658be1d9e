import type { Leaf, Path } from "./leaves.ts";

/**
 * Moves the leaves of an object of any API version to where its kind's current version has them. The shape decides, not
 * the stated version, since hand-written manifests often state none. What did not move keeps its path.
 *
 * - HorizontalPodAutoscaler `autoscaling/v1`, `v2beta1` -> `v2`
 * - Ingress `extensions/v1beta1`, `networking.k8s.io/v1beta1` -> `v1`
 * - a pod's `serviceAccount` -> `serviceAccountName`
 */
export function convertApiVersion(kind: string, leaves: readonly Leaf[]): Leaf[] {
  const move = moves[kind];
  return move === undefined ? [...leaves] : leaves.map((leaf) => ({ ...leaf, path: move(leaf.path, leaf.value) }));
}

type Move = (path: Path, value: Leaf["value"]) => Path;

const moves: Readonly<Record<string, Move>> = {
  Deployment: (path) =>
    at(path, "spec.template.spec.serviceAccount") ? [...path.slice(0, -1), "serviceAccountName"] : path,
  HorizontalPodAutoscaler: (path) => {
    if (at(path, "spec.targetCPUUtilizationPercentage")) {
      return ["spec", "metrics", 0, "resource", "target", "averageUtilization"];
    }
    const [spec, metrics, index, source, field, ...rest] = path;
    if (spec !== "spec" || metrics !== "metrics" || index === undefined || source === undefined) return path;
    const moved = typeof field === "string" ? betaMetric.get(field) : undefined;
    return moved === undefined ? path : [spec, metrics, index, source, ...moved, ...rest];
  },
  Ingress: (path, value) => {
    const root = path[0] === "spec" && path[1] === "backend" ? ["spec", "defaultBackend", ...path.slice(2)] : path;
    const last = root.at(-1);
    if (root.at(-2) !== "backend" && root.at(-2) !== "defaultBackend") return root;
    if (last === "serviceName") return [...root.slice(0, -1), "service", "name"];
    if (last === "servicePort") {
      return [...root.slice(0, -1), "service", "port", typeof value === "number" ? "number" : "name"];
    }
    return root;
  },
};

/** Fields of a metric in `autoscaling/v2beta1`, and where `v2` has them below the metric's source. */
const betaMetric: ReadonlyMap<string, Path> = new Map([
  ["targetAverageUtilization", ["target", "averageUtilization"]],
  ["targetAverageValue", ["target", "averageValue"]],
  ["targetValue", ["target", "value"]],
  ["metricName", ["metric", "name"]],
  ["metricSelector", ["metric", "selector"]],
  ["selector", ["metric", "selector"]],
]);

function at(path: Path, dotted: string): boolean {
  return path.join(".") === dotted;
}
