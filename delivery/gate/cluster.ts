import { type ApiClient, ApiError, listWith } from "../../clusterClient/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import { isComplete } from "../../rollout/cause.ts";
import { conditionOf, type Deployment, type Node } from "../../rollout/objects.ts";
import { type Autoscaler, autoscalerCondition, observeAutoscaler } from "./autoscalers.ts";
import type { Before, Observation, Source } from "./condition.ts";
import { deploymentCondition, observeDeployment } from "./deployments.ts";
import type { Expectations } from "./expectations.ts";
import { observeWorkload, workloadCondition } from "./workloads.ts";

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
    return namesOf(this.#expected).map((name) => ({ name }));
  }

  async look({ now }: Before, signal: AbortSignal): Promise<readonly Observation[]> {
    const { deployments, workloads, autoscalers } = this.#expected;
    const namespaces = new Set([...deployments, ...workloads, ...autoscalers].map(({ namespace }) => namespace));
    const looks = [...namespaces].map((namespace) => this.#lookInto(namespace, now, signal));
    return (await Promise.all(looks)).flat();
  }

  /** What a namespace shows. Where it cannot be read, that is said of whatever is in it, and the others count. */
  async #lookInto(namespace: string, now: number, signal: AbortSignal): Promise<Observation[]> {
    const isHere = (each: { readonly namespace: string }) => each.namespace === namespace;
    const deployments = this.#expected.deployments.filter(isHere);
    const workloads = this.#expected.workloads.filter(isHere);
    const autoscalers = this.#expected.autoscalers.filter(isHere);
    try {
      const list = listWith(this.#client, signal);
      const hasKind = (kind: string) => workloads.some((each) => each.kind === kind);
      // First, so that what is listed afterwards is not older than it.
      const [found, statefulSets, daemonSets] = await Promise.all([
        deployments.length === 0 ? [] : list("Deployment", namespace),
        hasKind("StatefulSet") ? list("StatefulSet", namespace) : [],
        hasKind("DaemonSet") ? list("DaemonSet", namespace) : [],
      ]);
      const byName = new Map(found.map((each) => [each.metadata?.name, each]));
      // Of the other kinds only what is wrong with pods is told by events.
      const settled = workloads.length === 0 && deployments.every(({ name }) => isSettled(byName.get(name)));
      const [replicaSets, pods, events, scalers] = await Promise.all([
        deployments.length === 0 ? [] : list("ReplicaSet", namespace),
        list("Pod", namespace),
        settled ? [] : list("Event", namespace),
        autoscalers.length === 0 ? [] : this.#autoscalers(namespace, signal),
      ]);
      const isShort = daemonSets.some(
        ({ status }) => (status?.numberAvailable ?? 0) < (status?.desiredNumberScheduled ?? 0),
      );
      const nodes = isShort ? await list("Node") : [];
      const nodesDown = new Set(nodes.filter(isDown).map(({ metadata }) => metadata?.name ?? ""));
      return [
        ...deployments.map((expected) => {
          const deployment = byName.get(expected.name);
          const watched = deployment === undefined ? 0 : this.#watchedSeconds(deployment, now);
          return observeDeployment(expected, { deployment, replicaSets, pods, events }, watched);
        }),
        ...workloads.map((expected) => {
          const live = expected.kind === "StatefulSet" ? statefulSets : daemonSets;
          const workload = live.find(({ metadata }) => metadata?.name === expected.name);
          const its = expected.kind === "DaemonSet" ? nodesDown : new Set<string>();
          return observeWorkload(expected, { workload, pods, events, nodesDown: its });
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
      return namesOf({ deployments, workloads, autoscalers }).map((condition) => ({
        condition,
        state: "no-data",
        what: error.message,
        ...remedy,
      }));
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

function namesOf({
  deployments,
  workloads,
  autoscalers,
}: Pick<Expectations, "deployments" | "workloads" | "autoscalers">) {
  return [
    ...deployments.map(deploymentCondition),
    ...workloads.map(workloadCondition),
    ...autoscalers.map(autoscalerCondition),
  ];
}

function isSettled(deployment: Deployment | undefined): boolean {
  return deployment === undefined || isComplete(deployment);
}

function isDown(node: Node): boolean {
  return conditionOf(node, "Ready")?.status !== "True";
}
