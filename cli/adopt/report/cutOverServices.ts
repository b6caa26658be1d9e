import { listAt } from "../../../components/kubernetes/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { RenderedObjects } from "../fields/renderedObjects.ts";
import { container } from "../fields/renderedPod.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { callersLeft } from "../landscape/callersLeft.ts";
import { backendsOf } from "../landscape/entrance.ts";
import type { DocumentGroup, Landscape } from "../landscape/landscape.ts";
import { namespaceOf } from "../landscape/objectIndex.ts";
import type { CutOverService, Entrance } from "./cutOver.ts";

/** A service of the run, with what it was made from and what is rendered of it in one site. */
export interface CutOverSource {
  readonly name: string;
  readonly namespace: string;
  readonly group: DocumentGroup;
  readonly objects: RenderedObjects;
}

/** Kinds that hold what cannot be made again, or that the whole cluster shares; nothing of a plan deletes them. */
const keeps: ReadonlySet<string> = new Set(["Secret", "PersistentVolumeClaim", "Namespace"]);

/** What the plan has to know of each service of a run. */
export function cutOverServices(
  sources: readonly CutOverSource[],
  landscape: Landscape,
  documents: readonly ManifestDocument[],
): CutOverService[] {
  const groups = sources.map(({ group }) => group);
  const taken = new Set(groups.map(({ deployment }) => deployment));
  // What goes with a Deployment that stays, other than an entrance, of which each has its own paths.
  const needed = new Set(
    landscape.groups.flatMap(({ deployment, whole }) => (taken.has(deployment) ? [] : [...whole])),
  );
  const callers = callersLeft(groups, landscape, documents);
  return sources.map(({ name, namespace, group, objects }) => {
    const { deployment, whole } = group;
    const entrances = [...whole].filter((document) => backendsOf(document).length > 0);
    return {
      name,
      namespace,
      from: namespaceOf(deployment),
      deployment: deployment.name,
      replicas: replicasOf(group),
      check: checkOf(objects),
      entrances: entrances.flatMap((document) => entranceOf(document, group, landscape, taken, needed)),
      objects: [...whole]
        .filter((document) => !keeps.has(document.kind) && isOwn(document, landscape, taken, needed))
        .map(objectName),
      callersLeft: callers.get(deployment) ?? [],
    };
  });
}

/** `deployment/receipts`, as kubectl names it; with its group where it is no kind of Kubernetes' own. */
function objectName({ kind, name, object }: ManifestDocument): string {
  const [group = "", version] = String(at(object, "apiVersion")).split("/", 2);
  const isForeign = version !== undefined && group.includes(".") && !group.endsWith(".k8s.io");
  return isForeign ? `${kind.toLowerCase()}.${group}/${name}` : `${kind.toLowerCase()}/${name}`;
}

/** With an autoscaler the Deployment's number is the cluster's; the fewest is what brings it back. */
function replicasOf({ deployment, whole }: DocumentGroup): number {
  const stated = Number(at(deployment.object, "spec", "replicas") ?? 1);
  const autoscaler = [...whole].find(({ kind }) => kind === "HorizontalPodAutoscaler");
  const fewest = autoscaler === undefined ? 0 : Number(at(autoscaler.object, "spec", "minReplicas") ?? 1);
  return stated === 0 ? 0 : Math.max(stated, fewest);
}

/** The readiness check by HTTP as it is rendered. */
function checkOf(objects: RenderedObjects): CutOverService["check"] {
  const pod = container(objects);
  const check = at(pod, "readinessProbe", "httpGet");
  const [path, reference] = [at(check, "path"), at(check, "port")];
  const port =
    typeof reference === "number"
      ? reference
      : at(
          listAt(pod, "ports").find((each) => at(each, "name") === reference),
          "containerPort",
        );
  if (typeof path !== "string" || typeof port !== "number") return undefined;
  return { port, path, scheme: at(check, "scheme") === "HTTPS" ? "https" : "http" };
}

/** Whether nobody but services of the run needs an object. */
function isOwn(
  document: ManifestDocument,
  { entrances, readers }: Landscape,
  taken: ReadonlySet<ManifestDocument>,
  needed: ReadonlySet<ManifestDocument>,
): boolean {
  const leads = [...(entrances.get(document)?.values() ?? [])];
  const reads = [...(readers.get(document)?.keys() ?? [])];
  return (
    leads.every((found) => found.some((deployment) => taken.has(deployment))) &&
    reads.every((reader) => taken.has(reader)) &&
    (leads.length > 0 || !needed.has(document))
  );
}

function entranceOf(
  document: ManifestDocument,
  { deployment }: DocumentGroup,
  landscape: Landscape,
  taken: ReadonlySet<ManifestDocument>,
  needed: ReadonlySet<ManifestDocument>,
): Entrance[] {
  const { kind, object } = document;
  if (kind !== "Ingress" && kind !== "HTTPRoute") return [];
  const leads = landscape.entrances.get(document) ?? new Map<string, readonly ManifestDocument[]>();
  const isOwnBackend = (name: unknown) => leads.get(String(name))?.includes(deployment) === true;
  const isTaken = (name: unknown) => leads.get(String(name))?.some((each) => taken.has(each)) === true;
  const rules = listAt(object, "spec", "rules");
  const places = rules.flatMap((rule, index) =>
    kind === "Ingress"
      ? listAt(rule, "http", "paths").map((path, number) => ({
          pointer: `/spec/rules/${index}/http/paths/${number}`,
          url: `${at(rule, "host") ?? "*"}${at(path, "path") ?? "/"}`,
          backend: at(path, "backend", "service", "name"),
        }))
      : listAt(rule, "backendRefs").map((backend) => ({
          pointer: `/spec/rules/${index}`,
          url: `${listAt(object, "spec", "hostnames")[0] ?? "*"}${at(listAt(rule, "matches")[0], "path", "value") ?? "/"}`,
          backend: at(backend, "name"),
        })),
  );
  const own = places.filter(({ backend }) => isOwnBackend(backend));
  if (own.length === 0) return [];
  // Later places first, so that those before them keep their numbers.
  const removed = [
    ...new Set(places.filter(({ backend }) => isTaken(backend)).map(({ pointer }) => pointer)),
  ].reverse();
  const isWhole = isOwn(document, landscape, taken, needed);
  return [
    {
      urls: own.map(({ url }) => url),
      object: objectName(document),
      patch: isWhole ? undefined : JSON.stringify(removed.map((path) => ({ op: "remove", path }))),
    },
  ];
}
