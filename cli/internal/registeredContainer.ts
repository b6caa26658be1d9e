import type { RegisteredContainer } from "../../components/internal/summary.ts";
import { at, isObject, type PlainObject } from "./registration.ts";

export type { RegisteredContainer };

/** The name of a manifest's object. */
export function manifestName(manifest: PlainObject): string {
  return String(at(manifest, "metadata", "name"));
}

/** The container of that name in a Deployment, as it was registered; undefined in any other object. */
export function registeredContainer(name: string, manifest: PlainObject): RegisteredContainer | undefined {
  const containers = at(manifest, "spec", "template", "spec", "containers");
  if (manifest["kind"] !== "Deployment" || !Array.isArray(containers)) return undefined;
  const container: unknown = containers.find((each) => at(each, "name") === name);
  if (container === undefined) return undefined;
  return {
    image: String(at(container, "image")),
    resources: {
      requests: quantities(at(container, "resources", "requests")),
      limits: quantities(at(container, "resources", "limits")),
    },
  };
}

function quantities(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([resource, quantity]) => [resource, String(quantity)]));
}
