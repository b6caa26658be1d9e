import {
  addResources,
  formatBytes,
  formatCpu,
  multiplyResources,
  noResources,
  type ResourceQuotaManifest,
  siteLabels,
} from "../kubernetes/index.ts";
import type { WorkloadResources } from "../workload/index.ts";

/**
 * The quota of a namespace. It admits exactly what its workloads need at most: a rollout of every service at its most
 * replicas, while the old pods have not ended yet, and the pod of each migration and of each service's own tests. CPU limits are not counted: services may go without.
 * Storage is counted where services claim it, twice: claims that a service left behind count for as long as they are there, and
 * so does the claim from which the files of a service that was taken in are copied.
 * No Service may open a port on the nodes or ask for a load balancer, unless a transform says why: callers from outside come
 * in through the site's controller.
 */
export function resourceQuotaManifest(
  namespace: string,
  workloads: readonly WorkloadResources[],
): ResourceQuotaManifest {
  const jobs = workloads
    .flatMap(({ migration, verification }) => [migration, verification])
    .filter((pod) => pod !== undefined);
  const pods = workloads.reduce((sum, workload) => sum + workload.pods, jobs.length);
  const count = (of: "nodePorts" | "loadBalancers") => String(workloads.reduce((sum, each) => sum + each[of], 0));
  const totals = workloads
    .map((workload) => multiplyResources(workload.pods, workload.pod))
    .concat(jobs)
    .reduce(addResources, noResources);
  const storage = workloads.reduce((sum, workload) => sum + workload.claimedStorage, 0);
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "services", namespace, labels: siteLabels },
    spec: {
      hard: {
        pods: String(pods),
        "requests.cpu": formatCpu(totals.cpuRequests),
        "requests.memory": formatBytes(totals.memoryRequests),
        "limits.memory": formatBytes(totals.memoryLimits),
        "requests.ephemeral-storage": formatBytes(totals.storageRequests),
        "limits.ephemeral-storage": formatBytes(totals.storageLimits),
        ...(storage === 0 ? {} : { "requests.storage": formatBytes(2 * storage) }),
        "services.nodeports": count("nodePorts"),
        "services.loadbalancers": count("loadBalancers"),
      },
    },
  };
}
