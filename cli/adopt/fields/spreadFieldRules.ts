import { hostLabel, hostnameLabel, zoneLabel } from "../../../components/workload/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import {
  type FieldContext,
  type FieldOutcome,
  holds,
  kept,
  notCarriedOver,
  rendered,
  replacedBy,
  showRendered,
} from "./fieldOutcome.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { renderedPod } from "./renderedPod.ts";

/** Where the words `topologySpreadConstraints` and `podAntiAffinity` stand in a Deployment's path. */
const constraintsAt = 3;
const antiAffinityAt = 4;

/** Labels by which replicas are spread -> over what that is. */
const levels: ReadonlyMap<string, string> = new Map([
  [zoneLabel, "zones"],
  [hostLabel, "hosts"],
  [hostnameLabel, "nodes"],
]);

/** Keeping replicas apart by node, host or zone: the topology spread constraint does what anti-affinity did. */
export function judgeSpread(question: FieldContext): FieldOutcome | undefined {
  const { path } = question.leaf;
  // A constraint is an item of its list; a term of anti-affinity is one of the list below it.
  const inner = at(question.document.object, ...path.slice(0, path[antiAffinityAt] === "podAntiAffinity" ? 7 : 5));
  const key = /"topologyKey":"([^"]*)"/.exec(JSON.stringify(inner) ?? "")?.[1] ?? "";
  const constraint = (objects: RenderedObjects) => constraintOver(objects, key);
  const level = levels.get(key);
  if (level === undefined || rendered(question, constraint).every((found) => found === undefined)) {
    return notCarriedOver(
      "replicas are spread over nodes, and over zones and hosts where a site's nodes state them",
      level === undefined || key === hostnameLabel
        ? "add it in transforms.deployment"
        : `state ${key === zoneLabel ? "the zone of each node" : "kind: vm and the host of each VM"} under gemelos:site.nodes of each site, or add it in transforms.deployment`,
    );
  }
  const isKept =
    path[constraintsAt] === "topologySpreadConstraints" &&
    holds(question, (objects) => at(constraint(objects), ...path.slice(constraintsAt + 2)));
  if (isKept) return kept;
  return replacedBy(
    `a topology spread constraint over ${level}, ${showRendered(question, (objects) => at(constraint(objects), "whenUnsatisfiable"))}`,
  );
}

function constraintOver(objects: RenderedObjects, topologyKey: string): unknown {
  const constraints = at(renderedPod(objects), "topologySpreadConstraints");
  return Array.isArray(constraints) ? constraints.find((each) => at(each, "topologyKey") === topologyKey) : undefined;
}
