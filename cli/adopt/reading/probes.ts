import type { Probe, Probes } from "../../../components/microservice.ts";
import type { SourceContainer, SourceProbe } from "../input/schemas.ts";
import type { SourcePorts } from "./ports.ts";
import { holdSecret } from "./secretText.ts";
import { stated } from "./stated.ts";

/** What Kubernetes takes where a probe states no time. */
const kubernetesDefaults = { periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };

/** Longest start that the component allows where a description says nothing. */
const defaultStartup = 150;

/** The most that a description may state. */
const longestStartup = 3600;

/** The container's probes as a description has them. */
export interface SourceProbes {
  readonly probes: Probes;
  /** Where the manifests allow another start than the component's default: longer, so that none is cut short, or shorter. */
  readonly startupSeconds: number | undefined;
  /** Why it is that number; undefined where there is none. */
  readonly startupReason: string | undefined;
}

/** Reads the three probes. */
export function readProbes(container: SourceContainer, ports: SourcePorts): SourceProbes {
  const standIn = standInOf(ports.stated);
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const startup = readProbe(startupProbe, ports, { period: 5, timeout: 5 });
  const readiness = readProbe(readinessProbe, ports, { period: 5, timeout: 3 });
  const liveness = readProbe(livenessProbe, ports, { period: 20, timeout: 5 });
  return {
    probes: stated({ startup, readiness: readiness ?? standIn, liveness: liveness ?? standIn }),
    ...(startup === undefined
      ? startWithoutProbe(livenessProbe, standIn === undefined ? undefined : readinessProbe)
      : startWithProbe(startup)),
  };
}

/** A connection to the port that surely opens: beside gRPC, a web server may be none of the container's. */
function standInOf(ports: SourcePorts["stated"]): Probe | undefined {
  if (ports === "none") return undefined;
  return { tcpSocket: { port: ports.grpc === undefined ? "http" : "grpc" } };
}

type Start = Pick<SourceProbes, "startupSeconds" | "startupReason">;

const defaultStart: Start = { startupSeconds: undefined, startupReason: undefined };

const asProbesSay = "the longest start that the probes let pass";

/** A start-up probe that gives up before the component's default is over says how long a start takes at worst. */
function startWithProbe({ initialDelaySeconds = 0, periodSeconds = 5, failureThreshold }: Probe): Start {
  if (failureThreshold === undefined) return defaultStart;
  const budget = initialDelaySeconds + periodSeconds * failureThreshold;
  return budget < defaultStartup ? { startupSeconds: budget, startupReason: asProbesSay } : defaultStart;
}

/**
 * Without a start-up probe, the start takes too long when liveness has failed for the last time. Without liveness nothing
 * ever ended a start, so it gets the time that readiness waits, and half as much again: that wait is a usual start.
 * @param readiness undefined too where nothing stands in for liveness, so that nothing will end a start.
 */
function startWithoutProbe(liveness: SourceProbe | undefined, readiness: SourceProbe | undefined): Start {
  if (liveness !== undefined) return longStart(startAllowedBy(liveness), asProbesSay);
  if (readiness === undefined) return defaultStart;
  const awaited = startAllowedBy(readiness);
  return longStart(
    Math.ceil(awaited * 1.5),
    `readiness waits ${awaited} s and nothing ended a slow start; now the start-up probe does, so it gets half as much again`,
  );
}

function longStart(seconds: number, startupReason: string): Start {
  return seconds > defaultStartup ? { startupSeconds: Math.min(seconds, longestStartup), startupReason } : defaultStart;
}

/** Seconds until a probe that never passes has failed for the last time. */
function startAllowedBy(probe: SourceProbe): number {
  const { initialDelaySeconds = 0, periodSeconds, failureThreshold } = { ...kubernetesDefaults, ...stated(probe) };
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

function readProbe(
  probe: SourceProbe | undefined,
  ports: SourcePorts,
  component: { readonly period: number; readonly timeout: number },
): Probe | undefined {
  if (probe === undefined) return undefined;
  const way = readWay(probe, ports);
  if (way === undefined) return undefined;
  const { initialDelaySeconds, failureThreshold, successThreshold } = probe;
  let { periodSeconds, timeoutSeconds } = probe;
  // Of period and timeout one may be stated and contradict the component's default of the other.
  if ((timeoutSeconds ?? component.timeout) > (periodSeconds ?? component.period)) {
    periodSeconds ??= Math.max(kubernetesDefaults.periodSeconds, timeoutSeconds ?? 1);
    timeoutSeconds = Math.min(timeoutSeconds ?? kubernetesDefaults.timeoutSeconds, periodSeconds);
  }
  return {
    ...way,
    ...stated({
      initialDelaySeconds: initialDelaySeconds === 0 ? undefined : initialDelaySeconds,
      periodSeconds,
      timeoutSeconds,
      failureThreshold,
      successThreshold: successThreshold === 1 ? undefined : successThreshold,
    }),
  };
}

function readWay({ httpGet, tcpSocket, grpc, exec }: SourceProbe, ports: SourcePorts): Probe | undefined {
  if (httpGet !== undefined) {
    const port = ports.nameOf(ports.inPod(httpGet.port));
    if (port === undefined || port === "grpc") return undefined;
    return { httpGet: { path: httpGet.path ?? "/", ...(port === "management" ? {} : { port }) } };
  }
  if (tcpSocket !== undefined) {
    const port = ports.nameOf(ports.inPod(tcpSocket.port));
    return port === undefined ? undefined : { tcpSocket: { port } };
  }
  if (grpc !== undefined) {
    const port = ports.nameOf(grpc.port);
    return port === undefined ? undefined : { grpc: { port, ...stated({ service: grpc.service }) } };
  }
  if (exec?.command === undefined || exec.command.length === 0 || holdSecret(exec.command)) return undefined;
  return { exec: { command: exec.command } };
}
