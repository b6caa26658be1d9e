import { listAt } from "../../../components/kubernetes/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";

/**
 * Variables with a text in the manifests that a description has none for, because it holds a secret.
 * @param known the variables of the manifests whose text is known
 */
export function unsaid(
  known: ReadonlyMap<string, string>,
  described: Microservice["env"] = {},
): ReadonlyMap<string, string> {
  const said = new Set(Object.values(described));
  return new Map(
    [...known].filter(
      ([name, value]) => !Object.hasOwn(described, name) && !said.has(value) && name !== "JAVA_TOOL_OPTIONS",
    ),
  );
}

/** Hosts at which the service is reached from outside today. */
export function ownHosts({ ingress, httpRoute }: SourceManifests): ReadonlySet<string> {
  const hosts = listAt(ingress?.document.object, "spec", "rules").map((rule) => at(rule, "host"));
  return new Set([...hosts, ...listAt(httpRoute?.document.object, "spec", "hostnames")].map(String));
}
