import { z } from "zod";
import { type Diagnostic, ValidationError } from "../../../components/diagnostic.ts";
import { diagnosticsOf } from "../../../components/kubernetes/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { isSecretVariable } from "../reading/secretText.ts";
import { secretValuesOf } from "../reading/secretValues.ts";
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
  /** Secret -> its keys whose values stand in the manifest as text, so that they are wherever the manifest is. */
  readonly statedSecretKeys: ReadonlyMap<string, ReadonlySet<string>>;
  /** The values of the Secrets of the run that are secret, encoded and decoded, never to be shown. */
  readonly secretValues: ReadonlySet<string>;
  readonly documents: readonly ManifestDocument[];
  /** Every document of the run, in which other services, databases and accounts' rights are; the same list for each service. */
  readonly input: readonly ManifestDocument[];
}

/**
 * Sorts one service's documents into their parts.
 * @param input every document of the run
 * @throws ValidationError for values that Kubernetes would refuse.
 */
export function sortManifests(
  documents: readonly ManifestDocument[],
  name: string,
  input: readonly ManifestDocument[],
): SourceManifests {
  const problems: Diagnostic[] = [];
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
  if (problems.length > 0) throw new ValidationError(problems);
  const [deployment] = deployments;
  if (deployment === undefined) throw new RangeError(`the documents of ${name} hold no Deployment`);

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
      ...documents.filter(({ kind }) =>
        ["NetworkPolicy", "ConfigMap", "Secret", "PersistentVolumeClaim", "List"].includes(kind),
      ),
      ...first("ServiceAccount"),
    ]),
    configMaps: config,
    secretKeys: new Map(
      secrets.map(({ document, content }) => [
        document.name,
        [...new Set([...Object.keys(content.data ?? {}), ...Object.keys(content.stringData ?? {})])],
      ]),
    ),
    statedSecretKeys: new Map(
      secrets.map(({ document, content }) => [document.name, new Set(Object.keys(content.stringData ?? {}))]),
    ),
    secretValues: secretValuesOf(input),
    documents,
    input,
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
