import type { ApiRequest } from "../../clusterClient/apiClient.ts";
import { ApiError } from "../../clusterClient/index.ts";
import type { Autoscaler } from "../../delivery/gate/autoscalers.ts";
import { expectationsOf } from "../../delivery/gate/expectations.ts";
import type { Clock } from "../../delivery/gate/follow.ts";
import type { GateOptions } from "../../delivery/gate/runGate.ts";
import type { PlainObject } from "../../recorder/registeredResource.ts";
import type { Deployment, Pod, ReplicaSet } from "../../rollout/objects.ts";
import { site } from "./fixtures.ts";

export const image = "registry.example/receipts:1.4.0@sha256:new";
export const oldImage = "registry.example/receipts:1.3.0@sha256:old";

/** What the program renders of `declarations/receipts`. */
const manifests: readonly PlainObject[] = [
  {
    ...{ kind: "Deployment", metadata: { namespace: "declarations", name: "receipts" } },
    spec: { template: { spec: { containers: [{ name: "receipts", image }] } } },
  },
  {
    ...{ kind: "HorizontalPodAutoscaler", metadata: { namespace: "declarations", name: "receipts" } },
    spec: { minReplicas: 2, maxReplicas: 4 },
  },
];

/** What a gate at a site without monitoring is told. */
export const gateSite: Pick<GateOptions, "site" | "vault" | "environment" | "reports"> = {
  site: {
    ...{ name: "dc1", file: "Pulumi.dc1.yaml", contact: "ops@tax.example", nodes: [], monitoring: { kind: "none" } },
    ...{ domains: site.domains, exposure: site.exposure, registry: site.registry, releases: {} },
  },
  vault: { read: async () => undefined },
  environment: {},
  reports: "/nonexistent",
};

export const gateExpectations = expectationsOf(manifests, [], site);

/** The objects of a namespace, by the plural names of their kinds. */
export interface GateObjects {
  readonly deployments: Deployment[];
  readonly replicasets: ReplicaSet[];
  readonly pods: Pod[];
  readonly events: object[];
  readonly horizontalpodautoscalers: Autoscaler[];
}

const namespace = "declarations";
const owned = (uid: string) => ({ namespace, ownerReferences: [{ uid }] });
const spec = (its: string) => ({ containers: [{ name: "receipts", image: its }] });

export function replicaSetOf(revision: number): ReplicaSet {
  const annotations = { "deployment.kubernetes.io/revision": String(revision) };
  return { metadata: { ...owned("deployment"), name: `receipts-${revision}`, uid: `set-${revision}`, annotations } };
}

export function podOf(revision: number, name: string, its = image): Pod {
  return { metadata: { ...owned(`set-${revision}`), name, uid: name }, spec: spec(its), status: { phase: "Running" } };
}

/** `receipts` as it has rolled out, two pods of its second revision. */
export function rolledOut(): GateObjects {
  const status = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
  const conditions = ["AbleToScale", "ScalingActive"].map((type) => ({ type, status: "True" }));
  return {
    deployments: [
      {
        metadata: { name: "receipts", namespace, uid: "deployment", generation: 2 },
        spec: { replicas: 2, template: { spec: spec(image) } },
        status,
      },
    ],
    replicasets: [replicaSetOf(1), replicaSetOf(2)],
    pods: [podOf(2, "receipts-2-a"), podOf(2, "receipts-2-b")],
    events: [],
    horizontalpodautoscalers: [
      {
        metadata: { name: "receipts" },
        spec: { minReplicas: 2, maxReplicas: 4 },
        status: { currentReplicas: 2, desiredReplicas: 2, conditions },
      },
    ],
  };
}

/** A cluster that has what a function says at the time of each request; undefined is that it cannot be read. */
export function gateCluster(objects: () => GateObjects | undefined) {
  return {
    read: async (): Promise<string> => "",
    send: async ({ path }: ApiRequest): Promise<PlainObject> => {
      const found = objects();
      if (found === undefined) throw new ApiError(503, "the server is starting");
      const plural = /\/namespaces\/declarations\/([a-z]+)/.exec(path)?.[1];
      const items = Object.entries(found).find(([name]) => name === plural)?.[1];
      if (items === undefined) throw new ApiError(404, `nothing is at ${path}`);
      return JSON.parse(JSON.stringify({ items }));
    },
  };
}

/** A clock that passes only while somebody waits. */
export function steppedClock(begin = Date.UTC(2026, 4, 4, 8)): Clock & { readonly seconds: () => number } {
  let now = begin;
  return {
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds;
    },
    seconds: () => (now - begin) / 1000,
  };
}
