import type { Microservice } from "../microservice.ts";

/** The numbers of a service's ports in its pods. */
export interface ResolvedPorts {
  readonly http: number;
  /** The same as `http` where there is one port for both. */
  readonly management: number;
  /** Undefined where the service speaks no gRPC on a port of its own. */
  readonly grpc?: number;
}

/** Where Prometheus scrapes a service. */
export interface ResolvedMetrics {
  readonly path: string;
  /** The port in the pod: the management port, or a Java agent's own. */
  readonly port: number;
}

/** The ports that the administration's services listen on today. */
const defaultPorts = { http: 7137, management: 17137 };

/** A description's ports with the defaults; undefined where it listens on none. */
export function resolvePorts({ ports }: Microservice): ResolvedPorts | undefined {
  return ports === "none" ? undefined : { ...defaultPorts, ...ports };
}

/** Where a service is scraped. One without ports has no metrics, unless it states their port. */
export function resolveMetrics(
  { metrics }: Microservice,
  ports: ResolvedPorts | undefined,
): ResolvedMetrics | undefined {
  if (metrics === "none") return undefined;
  const port = metrics?.port ?? ports?.management;
  return port === undefined ? undefined : { path: metrics?.path ?? "/actuator/prometheus", port };
}
