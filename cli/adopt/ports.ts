import type { Diagnostic } from "../../components/diagnostic.ts";
import type { PortName } from "../../components/microservice.ts";
import type { SourceContainer, SourceProbe } from "./schemas.ts";
import type { SourceManifests } from "./sourceManifests.ts";

/** The service's two ports as the manifests have them, and what each name in the manifests stands for. */
export interface SourcePorts {
  readonly http: number;
  /** The same as `http` where there is one port. */
  readonly management: number;
  /** The number in the pod of a container's port name or number. */
  inPod(reference: string | number): number | undefined;
  /** The number in the pod of a port of the Service. */
  behindService(reference: string | number): number | undefined;
  /** What the component calls a number, where it knows it. */
  nameOf(port: number | undefined): PortName | undefined;
}

const managementName = /^(management|mgmt|actuator|admin|metrics|health|monitoring|probe)/i;
const httpName = /^(http|https|web|api|rest|main)/i;

/** Reads the ports of the chosen container. */
export function readPorts(originals: SourceManifests, container: SourceContainer): SourcePorts {
  const ports = container.ports ?? [];
  const names = new Map(
    ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort]])),
  );
  const inPod = (reference: string | number) => (typeof reference === "number" ? reference : names.get(reference));
  const servicePorts = originals.service?.content.spec.ports ?? [];
  const targets = servicePorts.flatMap(({ name, port, targetPort }) => {
    const number = inPod(targetPort ?? port);
    return number === undefined ? [] : [{ name, port, number }];
  });
  const probed = probesOf(container).flatMap(([, probe]) => portsOf(probe).map(inPod));
  const known = probed.filter((port) => port !== undefined);
  const annotated = Number(
    originals.deployment.content.spec.template.metadata?.annotations?.["prometheus.io/port"] ?? Number.NaN,
  );
  const all = ports.map(({ name, containerPort }) => ({ name, number: containerPort }));
  const http = preferred(targets, httpName)?.number ?? preferred(all, httpName)?.number ?? known[0] ?? 7137;
  const management =
    known.find((port) => port !== http) ??
    all.find(({ name, number }) => number !== http && managementName.test(name ?? ""))?.number ??
    (Number.isInteger(annotated) && annotated > 0 && annotated < 65536 ? annotated : http);
  return {
    http,
    management,
    inPod,
    behindService: (reference) => targets.find(({ name, port }) => port === reference || name === reference)?.number,
    nameOf: (port) => (port === http ? "http" : port === management ? "management" : undefined),
  };
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
