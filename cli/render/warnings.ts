import { riskyOptions } from "../../components/description/index.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";

/** Valid but questionable settings of a service, one sentence each, to be printed after the service's name. */
export function serviceWarnings(
  service: PlainMicroservice,
  replicas: { readonly min: number; readonly max: number },
): string[] {
  const { paused, exposure, ports, metricsPath, securityExceptions, jvm } = service;
  return [
    ...(paused ? ["is paused: no replica runs in either site"] : []),
    ...(replicas.min === 1
      ? ["may run as a single replica: a drained node interrupts it, and it has no disruption budget"]
      : []),
    ...(jvm.otherMebibytes < 300
      ? [
          `leaves ${jvm.otherMebibytes}Mi beside a heap of ${jvm.heapPercentage} %: metaspace, threads and buffers usually need 300Mi`,
        ]
      : []),
    ...(exposure !== undefined && ports.http === ports.management
      ? ["exposes its management endpoints, because ports.http and ports.management are the same"]
      : []),
    ...(metricsPath === undefined ? ["has no metrics, so nobody sees its heap, latency or errors"] : []),
    ...riskyOptions(service).flatMap(({ path, name, risk }) =>
      risk === "debug" ? [`opens its JVM to whoever reaches it: ${name} in ${path}`] : [],
    ),
    ...Object.entries(securityExceptions).map(([name, { reason }]) => `has the security exception ${name}: ${reason}`),
  ];
}
