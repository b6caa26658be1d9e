import type { ContainerProbe } from "../kubernetes/index.ts";
import type { Microservice, PortName, Probe } from "../microservice.ts";
import type { ResolvedPorts } from "./ports.ts";
import { callersPort, speaksTls } from "./tls.ts";

/** The probes of a service's container as Kubernetes has them. */
export interface ResolvedProbes {
  /** Undefined where the description says `"none"`, and where nothing says how to check. */
  readonly startup: ContainerProbe | undefined;
  /** Undefined where the service listens on no port and states no other check. */
  readonly readiness: ContainerProbe | undefined;
  /** As for readiness. */
  readonly liveness: ContainerProbe | undefined;
}

/** What of a service its probes depend on. */
interface Probed {
  readonly ports: ResolvedPorts | undefined;
  readonly tls: boolean;
}

/** Default seconds between two checks of a start-up probe. */
const startupPeriod = 5;

/** Fills in what the description leaves out of the three probes; defaults: `Probes` in `microservice.ts`. */
export function resolveProbes(
  { startup, readiness, liveness }: NonNullable<Microservice["probes"]>,
  service: Probed,
  startupSeconds: number,
): ResolvedProbes {
  const { ports } = service;
  const check = (stated: Probe | undefined, path: string): Probe | undefined =>
    stated ?? (ports === undefined ? undefined : { httpGet: { path } });
  const ready = check(readiness, "/actuator/health/readiness");
  const live = check(liveness, "/actuator/health/liveness");
  const timed = live === undefined ? undefined : withTimings(live, 20, 5);
  const start = startup === undefined ? derivedStartup(timed, startupSeconds) : startup;
  const resolved = (probe: Probe | undefined) => (probe === undefined ? undefined : containerProbe(probe, service));
  return {
    startup: start === "none" || start === undefined ? undefined : resolved(withBudget(start, startupSeconds)),
    readiness: resolved(ready === undefined ? undefined : withTimings(ready, 5, 3)),
    liveness: resolved(timed),
  };
}

/** The liveness check, at the pace and with the patience of a start. */
function derivedStartup(liveness: Probe | undefined, startupSeconds: number): Probe | undefined {
  if (liveness === undefined) return undefined;
  const { initialDelaySeconds: _, successThreshold: __, ...check } = liveness;
  return {
    ...check,
    periodSeconds: startupPeriod,
    timeoutSeconds: startupPeriod,
    failureThreshold: Math.ceil(startupSeconds / startupPeriod),
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

function containerProbe({ httpGet, tcpSocket, grpc, exec, ...timings }: Probe, service: Probed): ContainerProbe {
  const { ports } = service;
  const portName = (port: PortName) => {
    // Where both numbers are equal the pod has one port.
    const isCallers = port === "http" || (port === "management" && ports?.http === ports?.management);
    return isCallers ? callersPort(service) : port;
  };
  if (httpGet !== undefined) {
    const { path, port = "management" } = httpGet;
    // The kubelet does not verify the certificate: it knows the pod by its address.
    const scheme = speaksTls(service, port) ? { scheme: "HTTPS" as const } : {};
    return { httpGet: { path, port: portName(port), ...scheme }, ...timings };
  }
  if (tcpSocket !== undefined) return { tcpSocket: { port: portName(tcpSocket.port) }, ...timings };
  // Validation refuses a port that the service does not have.
  if (grpc !== undefined) return { grpc: { ...grpc, port: ports?.[grpc.port] ?? 0 }, ...timings };
  return { exec: { command: [...(exec?.command ?? [])] }, ...timings };
}
