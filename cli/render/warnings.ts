import type { PlainMicroservice } from "../../recorder/siteRun.ts";

/** What a description may say but is worth a second look, a sentence each that continues the service's name. */
export function serviceWarnings(service: PlainMicroservice): string[] {
  const { autoscaling, paused, exposure, ports, metricsPath, securityExceptions, jvm } = service;
  return [
    ...(paused ? ["is paused: no replica runs in either site"] : []),
    ...(autoscaling.minReplicas === 1
      ? ["may run as a single replica: a drained node interrupts it, and it has no disruption budget"]
      : []),
    ...(jvm.otherMebibytes < 300
      ? [
          `leaves ${jvm.otherMebibytes}Mi beside a heap of ${jvm.heapPercentage} %: metaspace, threads and buffers usually need 300Mi`,
        ]
      : []),
    ...(exposure !== undefined && ports.http === ports.management
      ? ["exposes its management paths, because http and management are one port"]
      : []),
    ...(metricsPath === undefined ? ["has no metrics, so nobody sees its heap, latency or errors"] : []),
    ...Object.entries(securityExceptions).map(([name, { reason }]) => `has the security exception ${name}: ${reason}`),
  ];
}
