import { type ApiClient, ApiError, listWith } from "../../clusterClient/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import { isComplete } from "../../rollout/cause.ts";
import type { Deployment } from "../../rollout/objects.ts";
import { type Autoscaler, autoscalerCondition, observeAutoscaler } from "./autoscalers.ts";
import type { Before, Observation, Source } from "./condition.ts";
import { deploymentCondition, observeDeployment } from "./deployments.ts";
import type { Expectations } from "./expectations.ts";

/** Asks a site's cluster whether it runs what is expected: about four requests a namespace and look. */
export class ClusterSource implements Source {
  readonly #client: Pick<ApiClient, "send">;
  readonly #expected: Expectations;
  /** Since when each version of a Deployment has been seen, in milliseconds. */
  readonly #versions = new Map<string, number>();

  constructor(client: Pick<ApiClient, "send">, expected: Expectations) {
    this.#client = client;
    this.#expected = expected;
  }

  get conditions() {
    const { deployments, autoscalers } = this.#expected;
    const names = [...deployments.map(deploymentCondition), ...autoscalers.map(autoscalerCondition)];
    return names.map((name) => ({ name }));
  }

  async look({ now }: Before, signal: AbortSignal): Promise<readonly Observation[]> {
    const { deployments, autoscalers } = this.#expected;
    const namespaces = new Set([...deployments, ...autoscalers].map(({ namespace }) => namespace));
    const looks = [...namespaces].map((namespace) => this.#lookInto(namespace, now, signal));
    return (await Promise.all(looks)).flat();
  }

  /** What a namespace shows. Where it cannot be read, that is said of whatever is in it, and the others count. */
  async #lookInto(namespace: string, now: number, signal: AbortSignal): Promise<Observation[]> {
    const isHere = (each: { readonly namespace: string }) => each.namespace === namespace;
    const deployments = this.#expected.deployments.filter(isHere);
    const autoscalers = this.#expected.autoscalers.filter(isHere);
    try {
      const list = listWith(this.#client, signal);
      // First, so that what is listed afterwards is not older than it.
      const found = await list("Deployment", namespace);
      const byName = new Map(found.map((each) => [each.metadata?.name, each]));
      const settled = deployments.every(({ name }) => isSettled(byName.get(name)));
      const [replicaSets, pods, events, scalers] = await Promise.all([
        list("ReplicaSet", namespace),
        list("Pod", namespace),
        settled ? [] : list("Event", namespace),
        autoscalers.length === 0 ? [] : this.#autoscalers(namespace, signal),
      ]);
      return [
        ...deployments.map((expected) => {
          const deployment = byName.get(expected.name);
          const watched = deployment === undefined ? 0 : this.#watchedSeconds(deployment, now);
          return observeDeployment(expected, { deployment, replicaSets, pods, events }, watched);
        }),
        ...autoscalers.map((expected) => {
          const live = scalers.find(({ metadata }) => metadata?.name === expected.name);
          return observeAutoscaler(expected, live);
        }),
      ];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const denied = error instanceof ApiError && error.status === 403;
      const remedy = denied ? { remedy: "let the kubeconfig's user read it" } : {};
      const names = [...deployments.map(deploymentCondition), ...autoscalers.map(autoscalerCondition)];
      return names.map((condition) => ({ condition, state: "no-data", what: error.message, ...remedy }));
    }
  }

  async #autoscalers(namespace: string, signal: AbortSignal): Promise<readonly Autoscaler[]> {
    const path = `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`;
    const items = at(await this.#client.send({ path, signal }), "items");
    // The API server's own schema says what a list of this kind holds.
    return Array.isArray(items) ? (items as Autoscaler[]) : [];
  }

  #watchedSeconds({ metadata }: Deployment, now: number): number {
    const version = `${metadata?.uid} ${metadata?.generation}`;
    const first = this.#versions.get(version) ?? now;
    this.#versions.set(version, first);
    return (now - first) / 1000;
  }
}

function isSettled(deployment: Deployment | undefined): boolean {
  return deployment === undefined || isComplete(deployment);
}
