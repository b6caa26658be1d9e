import { at, isObject } from "../../recorder/registeredResource.ts";
import type { Cluster, Kind } from "./cluster.ts";
import type { Pod } from "./networkRules.ts";

/** What the program makes in a cluster, without what differs by nature (identity, time, status) or by site data. */
export async function workloads(cluster: Cluster): Promise<string[]> {
  const kinds: Kind[] = [
    "Namespace",
    "ServiceAccount",
    "Service",
    "Deployment",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "Ingress",
    "ResourceQuota",
    "LimitRange",
    "PriorityClass",
  ];
  const objects = await Promise.all(
    kinds.map(async (kind) => (await cluster.list(kind)).map((each) => ({ kind, each }))),
  );
  return objects
    .flat()
    .filter(({ each }) => at(each, "metadata", "labels", "app.kubernetes.io/managed-by") === "pulumi")
    .map(({ kind, each }) => {
      const { spec, metadata } = each;
      const text = JSON.stringify({
        kind,
        name: at(metadata, "name"),
        namespace: at(metadata, "namespace"),
        labels: { ...(at(metadata, "labels") ?? {}), "app.kubernetes.io/version": "" },
        spec: withoutClusterChoices(spec),
      });
      return bySite(text);
    })
    .toSorted();
}

/** Addresses that the API server has drawn, and numbers that belong to the autoscaler. */
function withoutClusterChoices(spec: unknown): unknown {
  if (!isObject(spec)) return spec;
  const { clusterIP: _, clusterIPs: __, replicas: ___, finalizers: ____, ...rest } = spec;
  return rest;
}

/** The values that come from a site's data, made alike: its name in hosts, its addresses, releases and hashes. */
function bySite(text: string): string {
  return (
    text
      .replace(/\bdc[12]\b/g, "SITE")
      .replace(/10\.[12]\.(\d+\.\d+)/g, "10.SITE.$1")
      .replace(/:[^:"]+@sha256:[0-9a-f]{64}/g, ":RELEASE")
      .replace(/-(config|vault-ca)-[0-9a-f]{10}/g, "-$1-HASH")
      // The port of the site's own Vault in an address, and in the rule that opens it.
      .replace(/https:\/\/127\.0\.0\.1:\d+/g, "https://127.0.0.1:PORT")
      .replace(/"port":\d+(\}\],"to":\[\{"ipBlock":\{"cidr":"127\.0\.0\.1\/32")/g, '"port":0$1')
  );
}

/** The pods of services, as network rules see them. Throws where a service has none. */
export async function livePods(cluster: Cluster): Promise<(service: string) => Pod> {
  const pods = await cluster.list("Pod");
  return (service) => {
    const found = pods.find((pod) => at(pod, "metadata", "labels", "app.kubernetes.io/name") === service);
    const labels = at(found, "metadata", "labels");
    if (!isObject(labels)) throw new Error(`${service} has no pod`);
    const text = Object.entries(labels).map(([key, value]): [string, string] => [key, String(value)]);
    return { namespace: String(at(found, "metadata", "namespace")), labels: Object.fromEntries(text) };
  };
}

/** Names of a service's pods that are ready and stay, sorted. */
export async function readyPods(cluster: Cluster, namespace: string, service: string): Promise<string[]> {
  const pods = await cluster.list("Pod", namespace);
  return pods
    .filter((pod) => at(pod, "metadata", "labels", "app.kubernetes.io/name") === service)
    .filter((pod) => at(pod, "metadata", "deletionTimestamp") === undefined && isReady(at(pod, "status", "conditions")))
    .map((pod) => String(at(pod, "metadata", "name")))
    .toSorted();
}

function isReady(conditions: unknown): boolean {
  return (
    Array.isArray(conditions) &&
    conditions.some((each) => at(each, "type") === "Ready" && at(each, "status") === "True")
  );
}
