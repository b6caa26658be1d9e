import { at } from "../../../recorder/registeredResource.ts";
import type { RenderedObjects } from "./renderedObjects.ts";

/** The pod's specification in the rendered Deployment. */
export function renderedPod(objects: RenderedObjects): unknown {
  return at(objects, "Deployment", "spec", "template", "spec");
}

/** Its only container. */
export function container(objects: RenderedObjects): unknown {
  return at(renderedPod(objects), "containers", 0);
}

const indexes = new WeakMap<object, ReadonlyMap<unknown, unknown>>();

/**
 * The first item of that name in a list of Kubernetes, such as `env` or `volumes`. The list must not change: it is
 * indexed once, since it is asked for each of its items.
 */
export function named(list: unknown, name: string): unknown {
  if (!Array.isArray(list)) return undefined;
  let index = indexes.get(list);
  if (index === undefined) {
    index = new Map(list.map((item): [unknown, unknown] => [at(item, "name"), item]).reverse());
    indexes.set(list, index);
  }
  return index.get(name);
}
