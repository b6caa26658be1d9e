import { z } from "zod";
import { type Diagnostic, ValidationError } from "../../components/diagnostic.ts";
import { diagnosticsOf } from "../../components/kubernetes/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { ManifestDocument } from "./documents.ts";
import {
  anySchema,
  autoscalerSchema,
  configMapSchema,
  deploymentSchema,
  httpRouteSchema,
  ingressSchema,
  type SourceAutoscaler,
  type SourceDeployment,
  type SourceHttpRoute,
  type SourceIngress,
  type SourceService,
  secretSchema,
  serviceSchema,
} from "./schemas.ts";
import { isSecretVariable } from "./secretText.ts";

/** A document together with its content, typed. */
export interface SourceManifest<Shape> {
  readonly document: ManifestDocument;
  readonly content: Shape;
}

/** The manifests of one service, each in its part. */
export interface SourceManifests {
  readonly deployment: SourceManifest<SourceDeployment>;
  /** The Service that becomes the component's. Others find no place. */
  readonly service: SourceManifest<SourceService> | undefined;
  readonly autoscaler: SourceManifest<SourceAutoscaler> | undefined;
  readonly ingress: SourceManifest<SourceIngress> | undefined;
  readonly httpRoute: SourceManifest<SourceHttpRoute> | undefined;
  /** One of each of these kinds has a counterpart in what is rendered; it is here if it was given. */
  readonly counterparts: ReadonlySet<ManifestDocument>;
  /** ConfigMap -> its files. */
  readonly configMaps: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Secret -> its keys. */
  readonly secretKeys: ReadonlyMap<string, readonly string[]>;
  /** Every value that stands in a Secret, encoded and decoded, never to be shown. */
  readonly secretValues: ReadonlySet<string>;
  readonly documents: readonly ManifestDocument[];
}

/** What else runs containers, and what to do about it. */
const otherWorkloads: Readonly<Record<string, string>> = {
  StatefulSet:
    "a Java microservice keeps no state in its pods; keep the state in a database and write a Deployment, or leave the StatefulSet under its own manifests and give this command the rest",
  DaemonSet: "it runs once a node, which is the platform's business; leave it under its own manifests",
  CronJob: "schedules are not described here yet; leave it under its own manifests and give this command the rest",
  Job: "one-time work is not described here; leave it under its own manifests and give this command the rest",
  ReplicaSet: "a Deployment makes its own; give the Deployment",
  ReplicationController: "it has been replaced by the Deployment; write a Deployment from its template",
  Pod: "a Pod is not restarted elsewhere when its node fails; write a Deployment from it",
  DeploymentConfig: "it exists in OpenShift only; write a Deployment from its template",
};

/**
 * Sorts the documents into their parts.
 * @throws ProblemsError where there is not exactly one Deployment, for other workloads, and for values that Kubernetes would refuse.
 */
export function sortManifests(documents: readonly ManifestDocument[], name: string): SourceManifests {
  const problems: Diagnostic[] = [...unsupported(documents), ...twice(documents)];
  const read = <Shape>(kind: string, shape: z.ZodType<Shape>): SourceManifest<Shape>[] =>
    documents.filter((document) => document.kind === kind).flatMap((document) => typed(document, shape, problems));
  const deployments = read("Deployment", deploymentSchema);
  const services = read("Service", serviceSchema);
  const autoscalers = read("HorizontalPodAutoscaler", autoscalerSchema);
  const ingresses = read("Ingress", ingressSchema);
  const httpRoutes = read("HTTPRoute", httpRouteSchema);
  const configMaps = read("ConfigMap", configMapSchema);
  const secrets = read("Secret", secretSchema);
  for (const document of documents) if (!readKinds.has(document.kind)) typed(document, anySchema, problems);
  problems.push(...countDeployments(documents));
  const [deployment] = deployments;
  if (problems.length > 0 || deployment === undefined) throw new ValidationError(problems);

  const service = primaryService(services, deployment, name);
  const first = (kind: string) => documents.filter((document) => document.kind === kind).slice(0, 1);
  const config = new Map(
    configMaps.map(({ document, content }) => [document.name, new Map(Object.entries(content.data ?? {}))]),
  );
  return {
    deployment,
    service,
    autoscaler: autoscalers[0],
    ingress: httpRoutes[0] === undefined ? ingresses[0] : undefined,
    httpRoute: httpRoutes[0],
    counterparts: new Set([
      deployment.document,
      ...(service === undefined ? [] : [service.document]),
      ...first("HorizontalPodAutoscaler"),
      ...(httpRoutes[0] === undefined ? first("Ingress") : first("HTTPRoute")),
      ...first("PodDisruptionBudget"),
      ...documents.filter(({ kind }) => ["NetworkPolicy", "ConfigMap", "Secret", "List"].includes(kind)),
      ...first("ServiceAccount"),
    ]),
    configMaps: config,
    secretKeys: new Map(
      secrets.map(({ document, content }) => [
        document.name,
        [...new Set([...Object.keys(content.data ?? {}), ...Object.keys(content.stringData ?? {})])],
      ]),
    ),
    secretValues: new Set(secrets.flatMap(({ content }) => valuesOf(content.data, content.stringData))),
    documents,
  };
}

/** Kinds whose whole shape is read above. */
const readKinds: ReadonlySet<string> = new Set([
  "Deployment",
  "Service",
  "HorizontalPodAutoscaler",
  "Ingress",
  "HTTPRoute",
  "ConfigMap",
  "Secret",
]);

function typed<Shape>(
  document: ManifestDocument,
  shape: z.ZodType<Shape>,
  problems: Diagnostic[],
): SourceManifest<Shape>[] {
  const result = shape.safeParse(document.object);
  if (result.success) return [{ document, content: result.data }];
  for (const issue of result.error.issues) {
    const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
    // A message may quote the value, which nobody may see of a Secret, nor of what may hold one by mistake.
    const own = String(path.at(-1));
    const name = own === "value" ? String(at(document.object, ...path.slice(0, -1), "name")) : own;
    const hidden = document.kind === "Secret" || isSecretVariable(name, String(at(document.object, ...path)));
    const [found] = diagnosticsOf(new z.ZodError([issue]), hidden ? {} : document.object, "", "");
    problems.push(document.problem(path, hidden ? issue.message : (found?.message ?? issue.message)));
  }
  return [];
}

function unsupported(documents: readonly ManifestDocument[]): Diagnostic[] {
  return documents.flatMap((document) => {
    const remedy = otherWorkloads[document.kind];
    return remedy === undefined ? [] : [document.problem(["kind"], `${document.kind} is no Deployment: ${remedy}`)];
  });
}

function twice(documents: readonly ManifestDocument[]): Diagnostic[] {
  const first = new Map<string, ManifestDocument>();
  return documents.flatMap((document) => {
    if (document.kind === "List") return [];
    const key = `${document.kind}/${document.name}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, document);
      return [];
    }
    return [document.problem(["metadata", "name"], `${key} stands in ${other.file} already; give it once`)];
  });
}

function countDeployments(documents: readonly ManifestDocument[]): Diagnostic[] {
  const deployments = documents.filter(({ kind }) => kind === "Deployment");
  if (deployments.length === 0) {
    const file = documents[0]?.file ?? "--from";
    if (unsupported(documents).length > 0) return [];
    return [{ file, path: "", message: "holds no Deployment; give the file that has the service's Deployment too" }];
  }
  const names = new Set(deployments.map(({ name }) => name));
  if (names.size < 2) return [];
  return deployments.map((document) =>
    document.problem(
      ["metadata", "name"],
      `is one of ${names.size} Deployments (${[...names].join(", ")}); take in one service at a time: put each Deployment into a file of its own with what belongs to it`,
    ),
  );
}

/** The Service that callers use: of this name, or the first that has an address of its own. */
function primaryService(
  services: readonly SourceManifest<SourceService>[],
  { content }: SourceManifest<SourceDeployment>,
  name: string,
): SourceManifest<SourceService> | undefined {
  const labels = content.spec.template.metadata?.labels ?? {};
  const selecting = services.filter(({ content: { spec } }) =>
    Object.entries(spec.selector ?? {}).every(
      ([key, value]) => Object.keys(labels).length === 0 || labels[key] === value,
    ),
  );
  return (
    selecting.find(({ document }) => document.name === name) ??
    selecting.find(({ document }) => document.name === content.metadata.name) ??
    selecting.find(({ content: { spec } }) => spec.clusterIP !== "None") ??
    selecting[0]
  );
}

function valuesOf(
  data: Readonly<Record<string, string>> = {},
  stringData: Readonly<Record<string, string>> = {},
): string[] {
  const encoded = Object.values(data);
  const values = [
    ...encoded,
    ...encoded.map((text) => Buffer.from(text, "base64").toString("utf8")),
    ...Object.values(stringData),
  ];
  return values.flatMap((value) => [value, value.trim()]).filter((value) => value.length > 5);
}
