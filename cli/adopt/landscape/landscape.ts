import { entriesAt } from "../../../components/kubernetes/index.ts";
import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { documentPart } from "./documentPart.ts";
import { backendsOf, ownEntrance } from "./entrance.ts";
import { LabelIndex, ObjectIndex } from "./objectIndex.ts";
import { type KeysRead, podReferences, podTemplate } from "./podReferences.ts";

/** A Deployment of the input, and what of the input goes with it. */
export interface DocumentGroup {
  readonly deployment: ManifestDocument;
  /** The Deployment, what selects its pods and what they refer to. */
  readonly whole: ReadonlySet<ManifestDocument>;
  /** Its part of each of them, in the order of the input: without paths and keys that only others use. */
  readonly documents: readonly ManifestDocument[];
}

/** What the objects of a run have to do with each other. */
export interface Landscape {
  /** A group for each Deployment, in the order of the input. */
  readonly groups: readonly DocumentGroup[];
  /** Ingress or route -> the name of a Service in it -> the Deployments to which it leads; none where that is not known. */
  readonly entrances: ReadonlyMap<ManifestDocument, ReadonlyMap<string, readonly ManifestDocument[]>>;
  /** What pods refer to -> the workloads that do, with the keys that they read. */
  readonly readers: ReadonlyMap<ManifestDocument, ReadonlyMap<ManifestDocument, readonly KeysRead[]>>;
}

/** A Deployment's pods, and what has been found to belong to it. */
interface Pods {
  readonly deployment: ManifestDocument;
  readonly namespace: string;
  readonly labels: PlainObject;
  readonly whole: Set<ManifestDocument>;
}

/** What selects pods by their labels, and where its selector stands. */
const selectors: Readonly<Record<string, readonly string[]>> = {
  PodDisruptionBudget: ["spec", "selector"],
  NetworkPolicy: ["spec", "podSelector"],
  PodMonitor: ["spec", "selector"],
};

/** What scales a workload, and where it names it. */
const targets: Readonly<Record<string, readonly string[]>> = {
  HorizontalPodAutoscaler: ["spec", "scaleTargetRef"],
  VerticalPodAutoscaler: ["spec", "targetRef"],
  ScaledObject: ["spec", "scaleTargetRef"],
};

/**
 * Groups the objects of a run by the Deployments that they belong to; what several share is in the group of each. An
 * object is found by another in its namespace; one without a namespace is applied in any, so it may be in every one.
 */
export function groupDocuments(documents: readonly ManifestDocument[]): Landscape {
  const objects = new ObjectIndex(documents);
  const all = documents.filter(({ kind }) => kind === "Deployment").map(podsOf);
  const services = selectedByServices(documents, all);
  const readers = readersOf(documents, objects);
  const entrances = entrancesOf(documents, objects, services);
  const pods = new LabelIndex(all);
  const monitored = new LabelIndex([...services.keys()].map(labelsOf));
  const byDeployment = new Map(all.map((each) => [each.deployment, each]));
  const add = (document: ManifestDocument, found: Iterable<Pods | undefined>) => {
    for (const each of found) each?.whole.add(document);
  };

  for (const document of documents) {
    const { kind, object } = document;
    const namespace = document.namespace;
    const [selector, target] = [selectors[kind], targets[kind]];
    if (selector !== undefined) add(document, pods.select(at(object, ...selector), namespace));
    if (target !== undefined) add(document, [scaledBy(at(object, ...target), namespace, objects, byDeployment)]);
    if (kind === "ServiceMonitor") {
      const found = monitored.select(at(object, "spec", "selector"), namespace);
      add(
        document,
        found.flatMap((service) => services.get(service.document) ?? []),
      );
    }
    add(document, services.get(document) ?? []);
    for (const found of entrances.get(document)?.values() ?? []) {
      add(
        document,
        found.map((deployment) => byDeployment.get(deployment)),
      );
    }
    add(
      document,
      [...(readers.get(document)?.keys() ?? [])].map((reader) => byDeployment.get(reader)),
    );
  }
  const order = new Map(documents.map((document, index) => [document, index]));
  const groups = all.map(({ deployment, whole }) => ({
    deployment,
    whole,
    documents: [...whole]
      .sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
      .map((document) => partOf(document, deployment, { entrances, readers })),
  }));
  return { groups, entrances, readers };
}

/** Labels of the pod template; a Deployment without any gets those that it selects by, which it must have. */
function podsOf(deployment: ManifestDocument): Pods {
  const stated = at(deployment.object, "spec", "template", "metadata", "labels");
  const labels = stated ?? at(deployment.object, "spec", "selector", "matchLabels");
  return {
    deployment,
    namespace: deployment.namespace,
    labels: isObject(labels) ? labels : {},
    whole: new Set([deployment]),
  };
}

function labelsOf(document: ManifestDocument) {
  const labels = at(document.object, "metadata", "labels");
  return { document, namespace: document.namespace, labels: isObject(labels) ? labels : {} };
}

/** Every Service, with the pods that it selects. */
function selectedByServices(
  documents: readonly ManifestDocument[],
  all: readonly Pods[],
): ReadonlyMap<ManifestDocument, readonly Pods[]> {
  const pods = new LabelIndex(all);
  return new Map(
    documents
      .filter(({ kind }) => kind === "Service")
      .map((document) => {
        const matchLabels = at(document.object, "spec", "selector");
        const isOpen = entriesAt(matchLabels).length === 0;
        return [document, isOpen ? [] : pods.select({ matchLabels }, document.namespace)];
      }),
  );
}

function scaledBy(
  target: unknown,
  namespace: string,
  objects: ObjectIndex,
  byDeployment: ReadonlyMap<ManifestDocument, Pods>,
): Pods | undefined {
  const found = objects.find(String(at(target, "kind") ?? "Deployment"), String(at(target, "name")), namespace);
  return found === undefined ? undefined : byDeployment.get(found);
}

/** A Service that is not in the input is taken for that of the Deployment of its name. */
function entrancesOf(
  documents: readonly ManifestDocument[],
  objects: ObjectIndex,
  services: ReadonlyMap<ManifestDocument, readonly Pods[]>,
): Landscape["entrances"] {
  return new Map(
    documents.flatMap((document) => {
      const namespace = document.namespace;
      const backends = backendsOf(document).map((name): [string, ManifestDocument[]] => {
        const service = objects.find("Service", name, namespace);
        const selected = service === undefined ? undefined : (services.get(service) ?? []);
        const namesake = objects.find("Deployment", name, namespace);
        return [name, selected?.map(({ deployment }) => deployment) ?? (namesake === undefined ? [] : [namesake])];
      });
      return backends.length === 0 ? [] : [[document, new Map(backends)]];
    }),
  );
}

function readersOf(documents: readonly ManifestDocument[], objects: ObjectIndex): Landscape["readers"] {
  const readers = new Map<ManifestDocument, Map<ManifestDocument, KeysRead[]>>();
  for (const workload of documents) {
    for (const { kind, name, keys } of podReferences(podTemplate(workload.object))) {
      const found = objects.find(kind, name, workload.namespace);
      if (found === undefined) continue;
      const known = readers.get(found) ?? new Map<ManifestDocument, KeysRead[]>();
      readers.set(found, known.set(workload, [...(known.get(workload) ?? []), keys]));
    }
  }
  return readers;
}

/** What of a shared object is a Deployment's: its own paths and keys, and those that nobody else uses. */
function partOf(
  document: ManifestDocument,
  deployment: ManifestDocument,
  { entrances, readers }: Pick<Landscape, "entrances" | "readers">,
): ManifestDocument {
  const backends = entrances.get(document);
  if (backends !== undefined) {
    const own = [...backends].filter(([, deployments]) => deployments.includes(deployment)).map(([name]) => name);
    return ownEntrance(document, new Set(own));
  }
  const reading = readers.get(document);
  if (reading === undefined || reading.size < 2) return document;
  const own = reading.get(deployment) ?? [];
  const others = [...reading].filter(([reader]) => reader !== deployment).flatMap(([, keys]) => keys);
  const reads = (list: readonly KeysRead[], key: string) => list.some((keys) => keys === "all" || keys.has(key));
  return documentPart(document, ([field, key]) => {
    if (!["data", "stringData", "binaryData"].includes(String(field)) || typeof key !== "string") return true;
    return reads(own, key) || !reads(others, key);
  });
}
