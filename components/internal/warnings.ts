import type { ResolvedMicroservice } from "./defaults.ts";
import { planJvm } from "./jvm.ts";

/** What is allowed but worth a second look, a sentence each. */
export function planWarnings(service: ResolvedMicroservice): string[] {
  const { autoscaling, paused, resolvedExposure, ports, metricsPath, securityExceptions: exceptions = {} } = service;
  const { otherMebibytes, heapPercentage } = planJvm(service);
  return [
    ...(paused ? ["is paused: no replica runs in either site"] : []),
    ...(autoscaling.minReplicas === 1
      ? ["may run as a single replica: a drained node interrupts it, and it has no disruption budget"]
      : []),
    ...(otherMebibytes < 300
      ? [
          `leaves ${otherMebibytes}Mi beside a heap of ${heapPercentage} %: metaspace, threads and buffers usually need 300Mi`,
        ]
      : []),
    ...(resolvedExposure !== undefined && ports.http === ports.management
      ? ["exposes its management paths, because http and management are one port"]
      : []),
    ...(metricsPath === undefined ? ["has no metrics, so nobody sees its heap, latency or errors"] : []),
    ...Object.entries(exceptions).map(([name, { reason }]) => `has the security exception ${name}: ${reason}`),
  ];
}
