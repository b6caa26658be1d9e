/**
 * Alerts of workloads go to the owner of the service, and name the node, which silences them while it is down. What is not of
 * the catalogue, such as the cluster's own parts, keeps its alert without an owner.
 */

const letters = "[bcdfghjklmnpqrstvwxz2456789]";

/** Adds the label `owner` to series that have the labels `namespace` and `service`. */
export function ofServices(expression: string): string {
  return `(${expression}) * on (namespace, service) group_left (owner) gemelos:service:info or ignoring (owner) (${expression})`;
}

/**
 * Adds the labels `node`, `service` and `owner` to series that have the labels `namespace` and `pod`. A pod of a
 * Deployment is named after it, its ReplicaSet and itself.
 */
export function ofPods(expression: string): string {
  const onNode = `(${expression}) * on (namespace, pod) group_left (node) max by (namespace, pod, node) (kube_pod_info)`;
  return ofServices(`label_replace(${onNode}, "service", "$1", "pod", "(.+)-${letters}{1,10}-${letters}{5}")`);
}
