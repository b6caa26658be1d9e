import { isProperties, listAt, type Properties, textAt } from "../protocol/values.ts";
import { ApiError, type Cluster, fieldManager } from "./cluster.ts";
import { follow, type Selector } from "./follow.ts";
import type { Kind, ObjectName } from "./kinds.ts";

/** API path of the objects of one kind. */
interface Collection {
  /** API root: `/apis/apps/v1`. */
  readonly root: string;
  /** Plural resource name: `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The API server does not serve the kind. */
class UnknownKindError extends Error {
  override readonly name = "UnknownKindError";
}

/** Response to an apply request. */
export interface Applied {
  readonly object: Properties;
  readonly warnings: readonly string[];
}

/** Options of an apply request. */
export interface ApplyOptions {
  /** Whether the API server only validates the request and stores nothing. */
  readonly dryRun: boolean;
  /** Whether to take over fields that another field manager has set. */
  readonly force: boolean;
}

/** The objects of a cluster. */
export class Objects {
  readonly #cluster: Cluster;
  readonly #signal: AbortSignal;
  readonly #defaultNamespace: string;
  readonly #collections = new Map<string, Promise<Map<string, Collection>>>();

  constructor(cluster: Cluster, signal: AbortSignal, defaultNamespace: string) {
    this.#cluster = cluster;
    this.#signal = signal;
    this.#defaultNamespace = defaultNamespace;
  }

  /** The object's namespace and name: the namespace it sets, or the default one; none for a cluster-scoped kind. */
  async nameOf(kind: Kind, object: Properties): Promise<ObjectName> {
    const { namespaced } = await this.#collection(kind);
    const name = textAt(object, "metadata", "name") ?? "";
    if (!namespaced) return { namespace: undefined, name };
    return { namespace: textAt(object, "metadata", "namespace") ?? this.#defaultNamespace, name };
  }

  /**
   * Applies an object with the API server's strict validation.
   * @throws ApiError
   * @throws UnknownKindError
   */
  async apply(kind: Kind, object: Properties, { dryRun, force }: ApplyOptions): Promise<Applied> {
    const name = await this.nameOf(kind, object);
    const query = new URLSearchParams({ fieldManager, fieldValidation: "Strict", force: String(force) });
    if (dryRun) query.set("dryRun", "All");
    const { body, warnings } = await this.#cluster.request(
      {
        method: "PATCH",
        path: `${await this.path(kind, name)}?${query}`,
        body: { ...object, apiVersion: kind.apiVersion, kind: kind.kind },
      },
      this.#signal,
    );
    return { object: body, warnings };
  }

  /** Reads an object; undefined if the object or its kind does not exist. */
  async get(kind: Kind, name: ObjectName): Promise<Properties | undefined> {
    try {
      const { body } = await this.#cluster.request({ method: "GET", path: await this.path(kind, name) }, this.#signal);
      return body;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Starts deleting an object and its dependents; it is not an error if the object no longer exists. */
  async delete(kind: Kind, name: ObjectName): Promise<void> {
    try {
      const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Foreground" };
      await this.#cluster.request({ method: "DELETE", path: await this.path(kind, name), body }, this.#signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** The objects that match a label selector. */
  async list(kind: Kind, namespace: string | undefined, labelSelector: string): Promise<readonly Properties[]> {
    const path = `${await this.collectionPath(kind, namespace)}?${new URLSearchParams({ labelSelector })}`;
    const { body } = await this.#cluster.request({ method: "GET", path }, this.#signal);
    return listAt(body, "items").filter(isProperties);
  }

  /** Yields the contents of a collection, now and after each change, until the signal is aborted. */
  async *follow(
    kind: Kind,
    namespace: string | undefined,
    selector: Selector,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Properties[]> {
    const path = await this.collectionPath(kind, namespace);
    yield* follow(this.#cluster, path, selector, signal);
  }

  /** API path of an object. */
  async path(kind: Kind, { namespace, name }: ObjectName): Promise<string> {
    return `${await this.collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
  }

  /** API path of the objects of a kind, within a namespace if the kind is namespaced. */
  async collectionPath(kind: Kind, namespace: string | undefined): Promise<string> {
    const { root, plural, namespaced } = await this.#collection(kind);
    return namespaced
      ? `${root}/namespaces/${encodeURIComponent(namespace ?? this.#defaultNamespace)}/${plural}`
      : `${root}/${plural}`;
  }

  async #collection(kind: Kind): Promise<Collection> {
    const known = await this.#load(kind.apiVersion);
    const found = known.get(kind.kind);
    if (found !== undefined) return found;
    // The kind's definition may have been created in the meantime.
    this.#collections.delete(kind.apiVersion);
    const fresh = (await this.#load(kind.apiVersion)).get(kind.kind);
    if (fresh === undefined) {
      throw new UnknownKindError(
        `the API server ${this.#cluster.server} serves no kind ${kind.kind} of ${kind.apiVersion}; install its CustomResourceDefinition first`,
      );
    }
    return fresh;
  }

  #load(apiVersion: string): Promise<Map<string, Collection>> {
    let loading = this.#collections.get(apiVersion);
    if (loading === undefined) {
      loading = this.#discover(apiVersion);
      this.#collections.set(apiVersion, loading);
      loading.catch(() => this.#collections.delete(apiVersion));
    }
    return loading;
  }

  async #discover(apiVersion: string): Promise<Map<string, Collection>> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const found = new Map<string, Collection>();
    try {
      const { body } = await this.#cluster.request({ method: "GET", path: root }, this.#signal);
      for (const resource of listAt(body, "resources")) {
        const [plural, kind] = [textAt(resource, "name"), textAt(resource, "kind")];
        if (plural === undefined || kind === undefined || plural.includes("/")) continue;
        found.set(kind, { root, plural, namespaced: isProperties(resource) && resource["namespaced"] === true });
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
    return found;
  }
}

/** Whether an error says that the object, its namespace or its kind does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof UnknownKindError || (error instanceof ApiError && error.status === 404);
}
