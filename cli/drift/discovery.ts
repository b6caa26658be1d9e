import { type ApiClient, ApiError } from "../../clusterClient/index.ts";
import { RemoteError } from "../../command/errors.ts";
import { at } from "../../recorder/registeredResource.ts";

/** A kind of objects that the API server serves with `list`. */
export interface ServedKind {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in URLs and for kubectl: `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Whether it is in the group's preferred version that serves it; each kind is once. */
  readonly preferred: boolean;
}

/** Media type of the answer that names all kinds at once (Kubernetes 1.30 and newer). */
const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/**
 * Every kind that can be listed, in each version.
 * @throws RemoteError if the API server does not tell them.
 */
export async function discoverKinds(client: Pick<ApiClient, "send">): Promise<ServedKind[]> {
  const ask = async (path: string) => {
    try {
      return await client.send({ path, accept: aggregated });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new RemoteError(`the kinds that the API server serves cannot be read (${error.message})`);
    }
  };
  const answers = await Promise.all(["/api", "/apis"].map(ask));
  return answers.flatMap((answer) => listOf(at(answer, "items")).flatMap(kindsOf));
}

function kindsOf(group: unknown): ServedKind[] {
  const name = at(group, "metadata", "name");
  const seen = new Set<string>();
  return listOf(at(group, "versions")).flatMap((version) => {
    const apiVersion = `${typeof name === "string" && name !== "" ? `${name}/` : ""}${String(at(version, "version"))}`;
    const kinds = listOf(at(version, "resources")).filter((each) => listOf(at(each, "verbs")).includes("list"));
    return kinds.map((each): ServedKind => {
      const kind = String(at(each, "responseKind", "kind"));
      const preferred = !seen.has(kind);
      seen.add(kind);
      const resource = String(at(each, "resource"));
      return { apiVersion, kind, resource, namespaced: at(each, "scope") === "Namespaced", preferred };
    });
  });
}

/** URL path of the objects of a kind, in a namespace or in all. */
export function collectionPath({ apiVersion, resource }: ServedKind, namespace?: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const inside = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${inside}/${resource}`;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Name of a kind for kubectl, which needs the group where it is not the core: `networkpolicies.networking.k8s.io`. */
export function kubectlName({ apiVersion, resource }: Pick<ServedKind, "apiVersion" | "resource">): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? resource : `${resource}.${group}`;
}
