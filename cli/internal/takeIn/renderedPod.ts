import { at } from "../registration.ts";
import type { PlannedObjects } from "./plannedObjects.ts";

/** The pod's specification in the rendered Deployment. */
export function renderedPod(objects: PlannedObjects): unknown {
  return at(objects, "Deployment", "spec", "template", "spec");
}

/** Its only container. */
export function container(objects: PlannedObjects): unknown {
  return at(renderedPod(objects), "containers", 0);
}
