import type { SourceContainer } from "../input/schemas.ts";

/** What of the manifests says where the metrics are. */
interface MetricsSigns {
  readonly container: SourceContainer;
  /** Annotations of the pod. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Variables of the container whose text is known. */
  readonly variables: ReadonlyMap<string, string>;
  /** Ports that are something else: those of callers, of probes, of Actuator. */
  readonly taken: ReadonlySet<number>;
}

const metricsName = /^(metrics|jmx|prometheus|prom)/i;

/** The jar of an agent that serves metrics: Prometheus' JMX exporter and OpenTelemetry's agent go by these names. */
const agentPort =
  /-javaagent:[^\s"'=]*(?:jmx|prometheus|otel|opentelemetry)[^\s"'=]*=(?:[^\s"':,=]*:)?(\d{2,5})(?=[:\s"']|$)/i;
const exporterPort = /-Dotel\.exporter\.prometheus\.port=(\d{2,5})\b/;

/**
 * The port on which a Java agent serves metrics, beside the ports that the service opens itself. Undefined where there is
 * none, and where the path of the metrics is Actuator's.
 */
export function readMetricsPort({ container, annotations, variables, taken }: MetricsSigns): number | undefined {
  const texts = [...variables.values(), [...(container.command ?? []), ...(container.args ?? [])].join(" ")];
  const ofAgent = texts.flatMap((text) => [agentPort.exec(text)?.[1], exporterPort.exec(text)?.[1]]);
  const ofName = (container.ports ?? []).filter(({ name = "" }) => metricsName.test(name));
  const isActuators = /^\/(actuator|manage)/.test(annotations["prometheus.io/path"] ?? "");
  const signs = [
    ...ofAgent,
    variables.get("OTEL_EXPORTER_PROMETHEUS_PORT"),
    ...(isActuators ? [] : [annotations["prometheus.io/port"], ...ofName.map(({ containerPort }) => containerPort)]),
  ];
  return signs.map(portNumber).find((port) => port !== undefined && !taken.has(port));
}

/** A port from a text or a number; undefined for what is none. */
export function portNumber(value: string | number | undefined): number | undefined {
  const port = Number(value ?? Number.NaN);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
