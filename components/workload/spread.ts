import type { ResolvedMicroservice } from "../description/index.ts";
import { type PodSpec, selectorLabels } from "../kubernetes/index.ts";
import type { SiteNode } from "../siteData.ts";
import { hostLabel, hostnameLabel, zoneLabel } from "./nodeLabels.ts";

/**
 * How a service's replicas spread: over zones where the site states them, over physical machines where a worker is a VM,
 * and over nodes. At most one constraint is hard, since two could contradict each other and leave a pod no node: with
 * `require` the machines', or the nodes' where each is a machine. Zones never are: without a rack, pods must go elsewhere.
 * A hard one counts no machine whose taint keeps the pods out: one of the control plane always has none of them, and no
 * other could have more than one.
 */
export function spreadConstraints(
  { name, spread }: Pick<ResolvedMicroservice, "name" | "spread">,
  nodes: readonly Pick<SiteNode, "role" | "kind" | "zone">[] = [],
): NonNullable<PodSpec["topologySpreadConstraints"]> {
  const workers = nodes.filter(({ role }) => role === "worker");
  const haveZones = workers.some(({ zone }) => zone !== undefined);
  const haveVms = workers.some(({ kind }) => kind === "vm");
  const over = (topologyKey: string, hard: boolean) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: hard ? "DoNotSchedule" : "ScheduleAnyway",
    ...(hard ? { nodeTaintsPolicy: "Honor" } : {}),
    labelSelector: { matchLabels: selectorLabels(name) },
    matchLabelKeys: ["pod-template-hash"],
  });
  const required = spread === "require";
  return [
    ...(haveZones ? [over(zoneLabel, false)] : []),
    ...(haveVms ? [over(hostLabel, required)] : []),
    over(hostnameLabel, required && !haveVms),
  ];
}
