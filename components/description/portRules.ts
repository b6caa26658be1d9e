import { formatValue } from "../diagnostic.ts";
import type { PortName } from "../microservice.ts";
import type { ResolvedMicroservice } from "./resolve.ts";

/** Reports fields that need a port which the service does not have: the field, and what is wrong with it. */
export function checkPorts(service: ResolvedMicroservice, report: (path: string, message: string) => void): void {
  const { source, ports, exposure } = service;
  const { metrics = "none", tls = false, probes = {} } = source;
  for (const [name, probe] of Object.entries(probes)) {
    if (typeof probe === "string") continue;
    for (const way of ["httpGet", "tcpSocket", "grpc"] as const) {
      const check = probe[way];
      const port: PortName = check?.port ?? "management";
      if (check === undefined || ports?.[port] !== undefined) continue;
      report(
        `probes.${name}.${way}`,
        ports === undefined
          ? 'asks a port, and ports is "none"; check by exec, or leave the probe out'
          : `asks the port ${formatValue(port)}, which the service does not have; add ports.${port}`,
      );
    }
  }
  if (ports === undefined) {
    if (exposure !== undefined)
      report("exposure", 'leads to the port http, and ports is "none"; remove it, or give the service ports');
    if (tls) report("tls", 'is of the port http, and ports is "none"; remove it');
    if (metrics !== "none" && metrics.port === undefined)
      report(
        "metrics.port",
        'is missing, because ports is "none"; name the port where the metrics are, or remove metrics',
      );
    return;
  }
  const taken = ([name, number]: [string, number]) => ports.grpc === number && name !== "grpc";
  const other = Object.entries(ports).find(taken)?.[0];
  if (other !== undefined)
    report("ports.grpc", `${ports.grpc} is also the port ${other}; give gRPC another one, or state it once, as http`);
  if (metrics !== "none" && metrics.port !== undefined && metrics.port === ports.grpc)
    report("metrics.port", `${ports.grpc} is the port grpc, which serves callers; name the port where the metrics are`);
}
