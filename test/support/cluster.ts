import { at, isObject, type PlainObject } from "../../recorder/registeredResource.ts";
import { askApiServer } from "../../sandbox/sites/apiServer.ts";
import type { Answer } from "../../sandbox/sites/request.ts";
import type { SiteRecord } from "../../sandbox/sites/siteFolder.ts";

/** Where the API keeps the kinds that tests look at. */
const collections = {
  Namespace: "api/v1/namespaces",
  Node: "api/v1/nodes",
  Pod: "api/v1/{namespace}pods",
  Service: "api/v1/{namespace}services",
  ServiceAccount: "api/v1/{namespace}serviceaccounts",
  Secret: "api/v1/{namespace}secrets",
  ConfigMap: "api/v1/{namespace}configmaps",
  ResourceQuota: "api/v1/{namespace}resourcequotas",
  LimitRange: "api/v1/{namespace}limitranges",
  Deployment: "apis/apps/v1/{namespace}deployments",
  StatefulSet: "apis/apps/v1/{namespace}statefulsets",
  Job: "apis/batch/v1/{namespace}jobs",
  EndpointSlice: "apis/discovery.k8s.io/v1/{namespace}endpointslices",
  DaemonSet: "apis/apps/v1/{namespace}daemonsets",
  ReplicaSet: "apis/apps/v1/{namespace}replicasets",
  HorizontalPodAutoscaler: "apis/autoscaling/v2/{namespace}horizontalpodautoscalers",
  PodDisruptionBudget: "apis/policy/v1/{namespace}poddisruptionbudgets",
  NetworkPolicy: "apis/networking.k8s.io/v1/{namespace}networkpolicies",
  Ingress: "apis/networking.k8s.io/v1/{namespace}ingresses",
  PersistentVolume: "api/v1/persistentvolumes",
  PersistentVolumeClaim: "api/v1/{namespace}persistentvolumeclaims",
  StorageClass: "apis/storage.k8s.io/v1/storageclasses",
  PriorityClass: "apis/scheduling.k8s.io/v1/priorityclasses",
} as const;

/** A kind that tests look at. */
export type Kind = keyof typeof collections;

/** A live API server as its administrator sees it, in a few words. */
export class Cluster {
  readonly #record: SiteRecord;

  constructor(record: SiteRecord) {
    this.#record = record;
  }

  /** All objects of a kind, in all namespaces or in one. */
  async list(kind: Kind, namespace?: string): Promise<PlainObject[]> {
    const items = at(await this.#expect("GET", path(kind, namespace)), "items");
    return Array.isArray(items) ? items.filter(isObject) : [];
  }

  /** An object, or undefined where it is not there. */
  async find(kind: Kind, namespace: string, name: string): Promise<PlainObject | undefined> {
    const { status, body } = await this.request("GET", `${path(kind, namespace)}/${name}`);
    return status === 404 || !isObject(body) ? undefined : body;
  }

  /** An object that must be there. */
  async get(kind: Kind, namespace: string, name: string): Promise<PlainObject> {
    const found = await this.find(kind, namespace, name);
    if (found === undefined) throw new Error(`there is no ${kind} ${namespace}/${name}`);
    return found;
  }

  /** Changes an object by hand, as `kubectl patch --type merge` would. */
  async patch(kind: Kind, namespace: string, name: string, change: object, subresource = ""): Promise<void> {
    const place = `${path(kind, namespace)}/${name}${subresource}?fieldManager=kubectl-edit`;
    await this.#expect("PATCH", place, change, "application/merge-patch+json");
  }

  async create(kind: Kind, namespace: string, object: object): Promise<PlainObject> {
    const body = await this.#expect("POST", path(kind, namespace), object);
    return isObject(body) ? body : {};
  }

  async delete(kind: Kind, namespace: string, name: string): Promise<void> {
    await this.#expect("DELETE", `${path(kind, namespace)}/${name}`);
  }

  /** Sends a request to the API server. */
  request(method: string, place: string, body?: object, type = "application/json"): Promise<Answer> {
    return askApiServer(this.#record, method, place, body, type);
  }

  async #expect(method: string, place: string, body?: object, type?: string): Promise<unknown> {
    const answer = await this.request(method, place, body, type);
    if (answer.status >= 300) throw new Error(`${method} ${place}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

function path(kind: Kind, namespace?: string): string {
  return collections[kind].replace("{namespace}", namespace === undefined ? "" : `namespaces/${namespace}/`);
}
