import type { ContainerProbe } from "../kubernetes/index.ts";
import type { Microservice, PortName, Probe } from "../microservice.ts";
import { callersPort, speaksTls } from "./tls.ts";

/** The probes of a service's container as Kubernetes has them. */
export interface ResolvedProbes {
  /** Undefined where the description says `"none"`. */
  readonly startup: ContainerProbe | undefined;
  readonly readiness: ContainerProbe;
  readonly liveness: ContainerProbe;
}

/** The numbers of a service's two ports. */
export interface ResolvedPorts {
  readonly http: number;
  readonly management: number;
}

/** Default seconds between two checks of a start-up probe. */
const startupPeriod = 5;

/** Fills in what the description leaves out of the three probes; defaults: `Probes` in `microservice.ts`. */
export function resolveProbes(
  { startup, readiness, liveness }: NonNullable<Microservice["probes"]>,
  service: { readonly ports: ResolvedPorts; readonly tls: boolean },
  startupSeconds: number,
): ResolvedProbes {
  const live = withTimings(liveness ?? { httpGet: { path: "/actuator/health/liveness" } }, 20, 5);
  const { initialDelaySeconds: _, successThreshold: __, ...check } = live;
  const derived: Probe = {
    ...check,
    periodSeconds: startupPeriod,
    timeoutSeconds: startupPeriod,
    failureThreshold: Math.ceil(startupSeconds / startupPeriod),
  };
  const start = startup === undefined ? derived : startup === "none" ? undefined : withBudget(startup, startupSeconds);
  return {
    startup: start === undefined ? undefined : containerProbe(start, service),
    readiness: containerProbe(
      withTimings(readiness ?? { httpGet: { path: "/actuator/health/readiness" } }, 5, 3),
      service,
    ),
    liveness: containerProbe(live, service),
  };
}

/** Fills in period, timeout and threshold. A default timeout is never above the period: checks would pile up. */
function withTimings(probe: Probe, period: number, timeout: number): Probe {
  const { periodSeconds = period } = probe;
  return { periodSeconds, timeoutSeconds: Math.min(timeout, periodSeconds), failureThreshold: 3, ...probe };
}

function withBudget(probe: Probe, startupSeconds: number): Probe {
  const { periodSeconds = startupPeriod } = probe;
  const failureThreshold = Math.ceil(startupSeconds / periodSeconds);
  return withTimings({ failureThreshold, ...probe }, periodSeconds, startupPeriod);
}

function containerProbe(
  { httpGet, tcpSocket, grpc, exec, ...timings }: Probe,
  service: { readonly ports: ResolvedPorts; readonly tls: boolean },
): ContainerProbe {
  const { ports } = service;
  // Where both numbers are equal the pod has one port.
  const portName = (port: PortName) =>
    port === "http" || ports.http === ports.management ? callersPort(service) : port;
  if (httpGet !== undefined) {
    const { path, port = "management" } = httpGet;
    // The kubelet does not verify the certificate: it knows the pod by its address.
    const scheme = speaksTls(service, port) ? { scheme: "HTTPS" as const } : {};
    return { httpGet: { path, port: portName(port), ...scheme }, ...timings };
  }
  if (tcpSocket !== undefined) return { tcpSocket: { port: portName(tcpSocket.port) }, ...timings };
  if (grpc !== undefined) return { grpc: { ...grpc, port: ports[grpc.port] }, ...timings };
  return { exec: { command: [...(exec?.command ?? [])] }, ...timings };
}
