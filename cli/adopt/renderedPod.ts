import { at } from "../../recorder/registeredResource.ts";
import type { RenderedObjects } from "./renderedObjects.ts";

/** The pod's specification in the rendered Deployment. */
export function renderedPod(objects: RenderedObjects): unknown {
  return at(objects, "Deployment", "spec", "template", "spec");
}

/** Its only container. */
export function container(objects: RenderedObjects): unknown {
  return at(renderedPod(objects), "containers", 0);
}
