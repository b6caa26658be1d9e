import { type ApiClient, ApiError } from "../../clusterClient/index.ts";
import { at, isObject, type PlainObject } from "../../recorder/registeredResource.ts";
import { collectionPath, discoverKinds, kubectlName, type ServedKind } from "./discovery.ts";
import { groupOf, type ObjectName, objectKey, objectName } from "./objectName.ts";

/** A live object and its kind. */
export interface LiveObject {
  readonly served: ServedKind;
  /** With `metadata` alone, unless the program renders objects of its kind, or it is a Pod or ReplicaSet. */
  readonly object: PlainObject;
}

/** What the cluster has of the program, and in its namespaces. */
export interface LiveObjects {
  /** Every object of the namespaces and of the rendered kinds, by {@link objectKey}. */
  readonly objects: ReadonlyMap<string, LiveObject>;
  /** ClusterRoleBindings, with their subjects. */
  readonly clusterRoleBindings: readonly LiveObject[];
  /** One sentence for each kind that could not be read, with the reason. */
  readonly unreadable: readonly string[];
  /** Whether an object may be there and could not be read. */
  readonly unread: (object: ObjectName) => boolean;
}

/** Kinds that are read in full for the sake of their pods, whether or not they are rendered. */
const fullKinds = new Set(["Pod", "ReplicaSet"]);

/** Kinds that controllers make all the time, in every namespace. */
const ignoredKinds = new Set(["Event", "Lease", "Endpoints", "EndpointSlice", "PodMetrics"]);

/** Kinds of metadata only, which spares the values of Secrets the way. */
const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** Requests at the same time. */
const parallel = 8;

/** Objects in one answer; more come in further ones. */
const pageSize = 500;

/** One collection to read. */
interface Collection {
  readonly served: ServedKind;
  readonly namespace: string | undefined;
  readonly full: boolean;
}

/** Reads every object of the rendered kinds, and everything else in the program's namespaces. */
export async function readLiveObjects(
  client: Pick<ApiClient, "send">,
  rendered: readonly PlainObject[],
): Promise<LiveObjects> {
  const kinds = await discoverKinds(client);
  const objects = new Map<string, LiveObject>();
  const clusterRoleBindings: LiveObject[] = [];
  const unreadable: string[] = [];
  const unread = new Set<string>();
  const queue = collectionsOf(kinds, rendered);
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { served, namespace } = next;
      try {
        for (const object of await readCollection(client, next)) {
          if (served.kind === "ClusterRoleBinding") clusterRoleBindings.push({ served, object });
          else objects.set(objectKey(objectName(served, object)), { served, object });
        }
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        unread.add(`${groupKind({ ...served })} ${namespace ?? ""}`);
        const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
        unreadable.push(`${kubectlName(served)}${where}: ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return {
    objects,
    clusterRoleBindings,
    unreadable: unreadable.sort(),
    unread: (object) => unread.has(`${groupKind({ ...object })} ${object.namespace ?? ""}`),
  };
}

/** The namespaces that the program makes, or puts something into. */
export function namespacesOf(rendered: readonly PlainObject[]): string[] {
  const named = rendered.flatMap((manifest) => {
    const field = manifest["kind"] === "Namespace" ? "name" : "namespace";
    const namespace = at(manifest, "metadata", field);
    return typeof namespace === "string" ? [namespace] : [];
  });
  return [...new Set(named)].sort();
}

function collectionsOf(kinds: readonly ServedKind[], rendered: readonly PlainObject[]): Collection[] {
  const namespaces = namespacesOf(rendered);
  const stated = new Map(rendered.map((each) => [`${each["apiVersion"]} ${each["kind"]}`, groupKind(each)]));
  const groups = new Set(stated.values());
  return kinds.flatMap((served): Collection[] => {
    const isRendered = stated.has(`${served.apiVersion} ${served.kind}`);
    if (!served.namespaced) {
      const wanted = isRendered || (served.kind === "ClusterRoleBinding" && served.preferred);
      return wanted ? [{ served, namespace: undefined, full: true }] : [];
    }
    // A rendered kind is read in the version that is rendered, and no second time in another.
    const other = served.preferred && !groups.has(groupKind({ ...served })) && !ignoredKinds.has(served.kind);
    if (!isRendered && !other) return [];
    const full = isRendered || fullKinds.has(served.kind);
    return namespaces.map((namespace) => ({ served, namespace, full }));
  });
}

function groupKind(object: { readonly [key: string]: unknown }): string {
  return `${groupOf(String(object["apiVersion"]))} ${String(object["kind"])}`;
}

async function readCollection(
  client: Pick<ApiClient, "send">,
  { served, namespace, full }: Collection,
): Promise<readonly PlainObject[]> {
  const found: PlainObject[] = [];
  let next = "";
  do {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next === "" ? {} : { continue: next }) });
    const path = `${collectionPath(served, namespace)}?${query}`;
    const answer = await readPage(client, path, full);
    const items = at(answer, "items");
    // The items of a list leave out what is the same in all of them.
    const { apiVersion, kind } = served;
    if (Array.isArray(items)) found.push(...items.filter(isObject).map((item) => ({ ...item, apiVersion, kind })));
    const more = at(answer, "metadata", "continue");
    next = typeof more === "string" ? more : "";
  } while (next !== "");
  return found;
}

/** One page of a collection; nothing where the kind has gone, or cannot be listed after all. */
async function readPage(
  client: Pick<ApiClient, "send">,
  path: string,
  full: boolean,
): Promise<PlainObject | undefined> {
  try {
    return await client.send(full ? { path } : { path, accept: metadataOnly });
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 405)) return undefined;
    throw error;
  }
}
