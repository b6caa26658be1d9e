import { visibleLine } from "../../../command/visibleText.ts";
import { type CatalogueService, checkMicroservice, placeholderTexts } from "../../../components/catalogue/index.ts";
import { resolveMicroservice } from "../../../components/description/index.ts";
import { ValidationError } from "../../../components/diagnostic.ts";
import type {
  Autoscaling,
  Microservice,
  SecurityContext,
  SecurityExceptions,
} from "../../../components/microservice.ts";
import type { MicroserviceSite } from "../../../components/siteData.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { type Connected, followAddresses, type Outlook } from "../addresses/followAddresses.ts";
import { ownHosts, unsaid } from "../addresses/ownTexts.ts";
import type { SourceContainer, SourcePod } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { readTexts } from "../references/texts.ts";
import type { Finding } from "../report/finding.ts";
import { dropInvalidFields } from "../writing/dropInvalidFields.ts";
import { readBackingServices } from "./backingServices.ts";
import { readFiles, type SourceFiles } from "./configFiles.ts";
import type { SourceEnvironment } from "./environment.ts";
import { type ExposedPlace, readExposure } from "./exposure.ts";
import { type SettledHeap, settleHeap } from "./heap.ts";
import { checkImage, openDigest, releaseOf, splitImage } from "./image.ts";
import { readInitContainers } from "./initContainers.ts";
import { readPlacement } from "./placement.ts";
import { readPodMetadata } from "./podMetadata.ts";
import { checkPorts, type SourcePorts } from "./ports.ts";
import { readProbes } from "./probes.ts";
import { checkResources, readResources } from "./resources.ts";
import { readRollout, readScale, readShutdown } from "./scaling.ts";
import { readSecretFiles } from "./secretFiles.ts";
import { textVariables } from "./sourceVariables.ts";
import { stated, statedOrNothing } from "./stated.ts";
import type { Survey } from "./survey.ts";

/** What a person says on the command line beside the manifests. */
export interface ServiceOverrides {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly description: string | undefined;
  readonly owner: string | undefined;
}

/** What of a site the manifests may name. */
export type SiteNames = Pick<MicroserviceSite, "domains" | "backingServices">;

/** The manifests in the project's terms, and what the comparison needs to know of how it came to that. */
export interface Interpretation {
  readonly service: Microservice;
  readonly templates: Readonly<Record<string, string>>;
  /** `tag@sha256:...`; zeros for a digest that is to be looked up. */
  readonly release: string;
  /** Index of the Java container. */
  readonly container: number;
  readonly ports: SourcePorts;
  readonly environment: SourceEnvironment;
  readonly heap: SettledHeap;
  readonly files: SourceFiles;
  readonly exposed: ExposedPlace | undefined;
  /** What the service connects to. */
  readonly connections: Pick<Connected, "findings" | "rewritten">;
  /** Field of the description -> why the component refused what the manifests say there. */
  readonly refused: ReadonlyMap<string, string>;
  /** What became of the references in its texts. */
  readonly references: readonly Finding[];
  /** What is worth a look, a sentence each. */
  readonly notes: readonly string[];
}

/** The other services, of the run and of the catalogue. */
type Surroundings = Pick<Outlook, "book" | "describe"> & { readonly catalogue: readonly CatalogueService[] };

/**
 * Maps the manifests to a description; every field that they determine is stated in it, defaults included.
 * @throws ProblemsError for values that Kubernetes would refuse, and for a name or namespace that this project refuses.
 */
export function interpretManifests(
  originals: SourceManifests,
  wishes: ServiceOverrides,
  { container, index, variables, ports, namespace }: Survey,
  sites: readonly SiteNames[],
  { catalogue, ...surroundings }: Surroundings,
): Interpretation {
  const { deployment } = originals;
  const pod = deployment.content.spec.template.spec;
  const problems = [
    ...checkPorts(originals, container, index),
    ...checkResources(deployment, container, index),
    ...checkImage(deployment, container, index),
  ];
  if (problems.length > 0) throw new ValidationError(problems);

  const resources = readResources(container);
  const memoryLimit = resources.limits?.memory ?? resources.requests.memory;
  // A variable of the container keeps its meaning; a secret of that name gets another, unless it is the same.
  const taken = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? ""]));
  const files = readFiles(originals, pod, container, taken);
  const texts = readTexts(originals, container, {
    name: wishes.name,
    namespace,
    port: ports.stated === "none" ? undefined : ports.stated.http,
    index,
    variables,
    memoryLimit,
    files,
    taken,
    catalogue,
  });
  const { environment } = texts;
  const { probes, startupSeconds, startupReason } = readProbes(container, ports);
  const { autoscaling, paused } = readScale(originals);
  const exposed = readExposure(
    originals,
    wishes.name,
    sites.map((site) => site.domains),
  );
  const backingServices = readBackingServices(
    originals.documents,
    sites.map((site) => site.backingServices),
  );
  const justified = (name: string) => justificationOf(originals, name);
  const image = splitImage(container.image);
  const { annotations = {} } = deployment.content.metadata;
  const described: Microservice = {
    name: wishes.name,
    namespace,
    description: wishes.description ?? annotations["gemelos.dev/description"] ?? placeholderTexts.description,
    owner: wishes.owner ?? annotations["gemelos.dev/owner"] ?? placeholderTexts.owner,
    ...stated({
      image: image.repository,
      priority: readPriority(pod),
      command: texts.command,
      args: texts.args,
      jvm: environment.jvm,
      startupSeconds,
      exposure:
        exposed === undefined
          ? undefined
          : { ...exposed.exposure, ...stated({ justification: justified("exposure") }) },
      backingServices:
        backingServices.length === 0
          ? undefined
          : backingServices.map((name) => {
              const justification = justified(`backing-services.${name}`);
              return justification === undefined ? name : { name, justification };
            }),
      env: filled(environment.env),
      secrets: filled(environment.secrets),
      metrics: readMetrics(originals, ports),
      temporaryStorage: files.temporaryStorage,
      emptyDirs: filled(files.emptyDirs),
      volumes: filled(files.volumes),
      secretFiles: readSecretFiles(pod, container),
      initContainers: readInitContainers(originals, pod, container, environment.secrets),
      ...readPodMetadata(originals),
      ...readPlacement(pod),
      spread: readSpread(pod),
      rollout: readRollout(deployment.content, files.volumes),
      shutdown: readShutdown(pod, container),
      securityContext: readSecurityContext(pod, container),
      securityExceptions: readExceptions(pod, container, annotations),
    }),
    resources,
    ports: ports.stated,
    probes,
    autoscaling,
    paused,
  };
  const known = textVariables(variables);
  const heap = settleHeap(
    described,
    known.get("JAVA_TOOL_OPTIONS") ?? "",
    container.resources?.limits?.["memory"] !== undefined,
  );
  const connected = followAddresses(heap.service, texts.templates, unsaid(known, described.env), {
    ...surroundings,
    speaker: {
      name: wishes.name,
      namespace: deployment.content.metadata.namespace,
      backingServices: new Set(backingServices),
      hosts: ownHosts(originals),
    },
  });
  const { service, refused } = dropInvalidFields(
    connected.service,
    (candidate) => checkMicroservice(candidate, `services/${wishes.name}`).diagnostics,
  );
  const templates = { ...connected.templates };
  const open = [...files.roles].filter(([, role]) => role === "to be filled in").map(([volume]) => volume);
  if (open.length > 0 && Object.keys(templates).length === 0) {
    templates["application.yaml"] =
      `# ${visibleLine(describeVolumes(pod, open))}: put the files beside this one, as templates.\n`;
  }
  return {
    service,
    templates,
    release: releaseOf(image),
    container: index,
    ports,
    environment,
    heap,
    files,
    exposed: exposed?.place,
    connections: connected,
    refused,
    references: texts.findings,
    notes: [
      ...podNotes(originals),
      ...Object.entries(service.initContainers ?? {}).flatMap(([name, { release = "" }]) =>
        release.endsWith(openDigest)
          ? [
              `initContainers.${name}.release: fill in the digest of the image, and put the image into each site's registry`,
            ]
          : [],
      ),
      ...(ports.stated === "none"
        ? [
            'it names no port, so ports is "none": no Service, no port, nobody calls it; state ports if it serves callers',
          ]
        : []),
      ...heap.notes,
      ...(startupSeconds === undefined ? [] : [`startupSeconds is ${startupSeconds}: ${startupReason}`]),
      ...(paused
        ? [
            `paused: true keeps it at no replicas; remove it from index.ts to resume, and ${shownReplicas(resolveMicroservice(service).autoscaling)}`,
          ]
        : []),
      ...files.clearSecrets.map(
        ({ file, line, variable }) =>
          `config/${file}, line ${line}, held a secret in the clear; it names the variable ${variable} now`,
      ),
      // What became of a variable stands in the lists.
      ...[...refused]
        .filter(([field]) => !/^(env|secrets)\./.test(field))
        .map(([field, reason]) => `${field} ${reason}`),
    ],
  };
}

function shownReplicas({ minReplicas, maxReplicas }: Autoscaling): string {
  return minReplicas === maxReplicas
    ? `${maxReplicas} replica(s) run`
    : `the autoscaler runs ${minReplicas} to ${maxReplicas}`;
}

function filled<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

function readPriority({ priorityClassName }: SourcePod): Microservice["priority"] {
  const known = ["citizen-facing", "standard", "batch"] as const;
  return known.find((name) => name === priorityClassName);
}

function readMetrics(
  { deployment }: SourceManifests,
  { stated: own, metrics: port }: SourcePorts,
): Microservice["metrics"] {
  const annotations = deployment.content.spec.template.metadata?.annotations ?? {};
  if (annotations["prometheus.io/scrape"] === "false") return "none";
  const path = annotations["prometheus.io/path"];
  if (port !== undefined) return { path: path ?? "/metrics", port };
  return path === undefined || own === "none" ? undefined : { path };
}

/** Hard rules that keep two replicas off one node; preferences are the component's default. */
function readSpread({ affinity, topologySpreadConstraints = [] }: SourcePod): Microservice["spread"] {
  const host = "kubernetes.io/hostname";
  const apart = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const hard =
    apart.some(({ topologyKey }) => topologyKey === host) ||
    topologySpreadConstraints.some(
      ({ topologyKey, whenUnsatisfiable }) => topologyKey === host && whenUnsatisfiable === "DoNotSchedule",
    );
  return hard ? "require" : undefined;
}

/** The justification that the program noted at the NetworkPolicy, where it made the manifests. */
function justificationOf({ documents }: SourceManifests, name: string): string | undefined {
  const noted = documents
    .filter(({ kind }) => kind === "NetworkPolicy")
    .map(({ object }) => at(object, "metadata", "annotations", `gemelos.dev/justification.${name}`));
  return noted.find((text) => typeof text === "string");
}

/** The reasons are those that the program noted at the Deployment, where it made the manifests. */
function readExceptions(
  pod: SourcePod,
  { securityContext }: SourceContainer,
  annotations: Readonly<Record<string, string>>,
): SecurityExceptions | undefined {
  const user = securityContext?.runAsUser ?? pod.securityContext?.runAsUser;
  const exception = (name: keyof SecurityExceptions, isMade: boolean) => {
    const noted = annotations[`gemelos.dev/security-exception.${name}`];
    const reason = noted ?? "Taken over from the manifests in use; say here why the service needs it";
    return isMade ? { reason } : undefined;
  };
  return statedOrNothing({
    writableRootFilesystem: exception("writableRootFilesystem", securityContext?.readOnlyRootFilesystem === false),
    serviceAccountToken: exception("serviceAccountToken", pod.automountServiceAccountToken === true),
    runAsRoot: exception("runAsRoot", user === 0),
  });
}

/** Who runs the container; root is an exception, and no number. A container's own say goes before its pod's. */
function readSecurityContext(pod: SourcePod, { securityContext }: SourceContainer): SecurityContext | undefined {
  const aboveRoot = (id: number | undefined) => (id === 0 ? undefined : id);
  return statedOrNothing({
    runAsUser: aboveRoot(securityContext?.runAsUser ?? pod.securityContext?.runAsUser),
    runAsGroup: aboveRoot(securityContext?.runAsGroup ?? pod.securityContext?.runAsGroup),
    fsGroup: aboveRoot(pod.securityContext?.fsGroup),
  });
}

function describeVolumes(pod: SourcePod, names: readonly string[]): string {
  const sources = (pod.volumes ?? []).flatMap(({ name, hostPath, configMap }) => {
    if (!names.includes(name)) return [];
    return hostPath === undefined
      ? [`ConfigMap ${configMap?.name ?? name}`]
      : [`the directory ${hostPath.path} of each node`];
  });
  return `/config came from ${sources.join(" and ")}`;
}

function podNotes({ deployment }: SourceManifests): string[] {
  const labels = deployment.content.spec.template.metadata?.labels ?? {};
  return Object.keys(labels).length === 0
    ? ["the pod template states no labels, which the API server refuses; the component sets its own"]
    : [];
}
