import type { Diagnostic } from "../../../components/diagnostic.ts";
import type { Microservice, PortName } from "../../../components/microservice.ts";
import type { SourceContainer, SourceProbe } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { portNumber, readMetricsPort } from "./metricsPort.ts";

/** The service's ports as the manifests have them, and what each name in the manifests stands for. */
export interface SourcePorts {
  /** What a description states of them. */
  readonly stated: NonNullable<Microservice["ports"]>;
  /** The port of a Java agent's metrics, or another one that is none of {@link stated}, where Prometheus scrapes. */
  readonly metrics: number | undefined;
  /** The number in the pod of a container's port name or number. */
  inPod(reference: string | number): number | undefined;
  /** The number in the pod of a port of the Service. */
  behindService(reference: string | number): number | undefined;
  /** What the component calls a number, where it knows it. */
  nameOf(port: number | undefined): PortName | undefined;
}

const managementName = /^(management|mgmt|actuator|admin|metrics|health|monitoring|probe)/i;
const ownManagementName = /^(management|mgmt|actuator|admin|health|probe)/i;
const httpName = /^(http|https|web|api|rest|main)/i;
const grpcName = /(^|-)grpc(-|$)/i;
const grpcProtocol = /^(grpc|kubernetes\.io\/h2c)$/;
const grpcVariable = /^((SPRING|QUARKUS|MICRONAUT)_)?GRPC_(SERVER_)?PORT$/;

/**
 * Reads the ports of the chosen container.
 * @param variables those of its variables whose text is known.
 */
export function readPorts(
  originals: SourceManifests,
  container: SourceContainer,
  variables: ReadonlyMap<string, string>,
): SourcePorts {
  const ports = container.ports ?? [];
  const names = new Map(
    ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort]])),
  );
  const inPod = (reference: string | number) => (typeof reference === "number" ? reference : names.get(reference));
  const targets = (originals.service?.content.spec.ports ?? []).flatMap(({ name, port, targetPort, appProtocol }) => {
    const number = inPod(targetPort ?? port);
    return number === undefined ? [] : [{ name, port, number, appProtocol }];
  });
  const all = ports.map(({ name, containerPort }) => ({ name, number: containerPort }));
  const probes = probesOf(container).map(([, probe]) => probe);
  const probed = probes.flatMap((probe) => portsOf(probe).map(inPod)).filter((port) => port !== undefined);
  const asked = probes.flatMap(({ httpGet }) => (httpGet === undefined ? [] : [inPod(httpGet.port)]));
  const server = portNumber(variables.get("SERVER_PORT"));
  const actuator = portNumber(variables.get("MANAGEMENT_SERVER_PORT"));

  const isKnownWeb = (number: number) =>
    number === server ||
    number === actuator ||
    all.some(
      (port) => port.number === number && (httpName.test(port.name ?? "") || managementName.test(port.name ?? "")),
    );
  const grpc = new Set([
    ...[...targets, ...all].filter(({ name }) => grpcName.test(name ?? "")).map(({ number }) => number),
    ...targets.filter(({ appProtocol }) => grpcProtocol.test(appProtocol ?? "")).map(({ number }) => number),
    ...probes.flatMap((probe) => (probe.grpc === undefined || isKnownWeb(probe.grpc.port) ? [] : [probe.grpc.port])),
    ...[...variables].flatMap(([name, text]) => (grpcVariable.test(name) ? [portNumber(text)] : [])),
  ]);
  // What answers HTTP is no gRPC, whatever its name.
  for (const port of asked) grpc.delete(port);
  const isWeb = ({ number }: { readonly number: number }) => !grpc.has(number);
  const [ofCallers] = [...targets, ...all].filter(({ number }) => grpc.has(number));

  const { annotations = {} } = originals.deployment.content.spec.template.metadata ?? {};
  const ownNames = all.filter(({ name }) => ownManagementName.test(name ?? ""));
  const taken = [...targets, ...ownNames].map(({ number }) => number);
  const agents = readMetricsPort({
    container,
    annotations,
    variables,
    taken: new Set([...taken, ...probed, ...[server, actuator, ...grpc].filter((port) => port !== undefined)]),
  });
  const own = all.filter((port) => isWeb(port) && port.number !== agents);
  const web = targets.filter(isWeb);
  const scraped = portNumber(annotations["prometheus.io/port"]);
  const isSilent =
    [...own, ...web, ...probed].length === 0 &&
    ofCallers === undefined &&
    server === undefined &&
    !hasEntrance(originals);
  if (isSilent) return { ...sourcePorts("none", inPod, targets), metrics: agents ?? scraped };

  const webProbed = probed.filter((port) => !grpc.has(port));
  // Beside gRPC, a port for management alone is no port for callers.
  const candidates = ofCallers === undefined ? own : own.filter(({ name }) => !managementName.test(name ?? ""));
  const http =
    preferred(web, httpName)?.number ?? preferred(candidates, httpName)?.number ?? server ?? webProbed[0] ?? 7137;
  const management =
    actuator ??
    webProbed.find((port) => port !== http) ??
    own.find(({ name, number }) => number !== http && managementName.test(name ?? ""))?.number ??
    (scraped !== undefined && scraped !== agents ? scraped : http);
  const stated = { http, management, ...(ofCallers === undefined ? {} : { grpc: ofCallers.number }) };
  const metrics = agents ?? (scraped === management ? undefined : scraped);
  return { ...sourcePorts(stated, inPod, targets), metrics };
}

function sourcePorts(
  stated: SourcePorts["stated"],
  inPod: SourcePorts["inPod"],
  targets: readonly { readonly name: string | undefined; readonly port: number; readonly number: number }[],
): Omit<SourcePorts, "metrics"> {
  const names = ["http", "management", "grpc"] as const;
  return {
    stated,
    inPod,
    behindService: (reference) => targets.find(({ name, port }) => port === reference || name === reference)?.number,
    nameOf: (port) =>
      stated === "none" || port === undefined ? undefined : names.find((name) => stated[name] === port),
  };
}

/** Whether callers come by an Ingress or a Service, though the pod may name no port for them. */
function hasEntrance({ service, ingress, httpRoute }: SourceManifests): boolean {
  return [service, ingress, httpRoute].some((manifest) => manifest !== undefined);
}

/** Port names that exist nowhere: nothing would ever answer there. */
export function checkPorts(originals: SourceManifests, container: SourceContainer, index: number): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const { document } = originals.deployment;
  const pods = originals.deployment.content.spec.template.spec.containers.flatMap(({ ports = [] }) => ports);
  const named = new Set(pods.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const own = new Set((container.ports ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])));
  const at = (reference: string, names: ReadonlySet<string>, where: string) =>
    `"${reference}" is the name of no port of ${where} (${names.size === 0 ? "it names none" : [...names].join(", ")}); correct it or name the port`;
  for (const [field, probe] of probesOf(container)) {
    for (const way of ["httpGet", "tcpSocket"] as const) {
      const port = probe[way]?.port;
      if (typeof port === "string" && !own.has(port)) {
        problems.push(
          document.problem(
            ["spec", "template", "spec", "containers", index, field, way, "port"],
            at(port, own, `container ${container.name}`),
          ),
        );
      }
    }
  }
  const { service } = originals;
  for (const [number, { targetPort }] of (service?.content.spec.ports ?? []).entries()) {
    if (service === undefined || typeof targetPort !== "string" || named.has(targetPort)) continue;
    problems.push(service.document.problem(["spec", "ports", number, "targetPort"], at(targetPort, named, "the pod")));
  }
  return [...problems, ...checkIngressPorts(originals)];
}

function checkIngressPorts({ ingress, service }: SourceManifests): Diagnostic[] {
  if (ingress === undefined || service === undefined) return [];
  const names = new Set((service.content.spec.ports ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])));
  return (ingress.content.spec.rules ?? []).flatMap((rule, ruleIndex) =>
    (rule.http?.paths ?? []).flatMap(({ backend }, pathIndex) => {
      const name = backend?.service?.port?.name;
      if (name === undefined || names.has(name) || backend?.service?.name !== service.document.name) return [];
      const path = ["spec", "rules", ruleIndex, "http", "paths", pathIndex, "backend", "service", "port", "name"];
      const known = names.size === 0 ? "it names none" : [...names].join(", ");
      return [
        ingress.document.problem(
          path,
          `"${name}" is the name of no port of Service ${service.document.name} (${known}); correct it or name the port`,
        ),
      ];
    }),
  );
}

/** The probes of a container, by their fields. */
function probesOf(container: SourceContainer): ["startupProbe" | "readinessProbe" | "livenessProbe", SourceProbe][] {
  const fields = ["startupProbe", "readinessProbe", "livenessProbe"] as const;
  return fields.flatMap((field): [typeof field, SourceProbe][] => {
    const probe = container[field];
    return probe === undefined ? [] : [[field, probe]];
  });
}

function portsOf({ httpGet, tcpSocket, grpc }: SourceProbe): (string | number)[] {
  return [httpGet?.port, tcpSocket?.port, grpc?.port].filter((port) => port !== undefined);
}

function preferred<Port extends { name: string | undefined; number: number }>(
  ports: readonly Port[],
  wanted: RegExp,
): Port | undefined {
  return (
    ports.find(({ name }) => wanted.test(name ?? "")) ??
    ports.find(({ name }) => !managementName.test(name ?? "")) ??
    ports[0]
  );
}
