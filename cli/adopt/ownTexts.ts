import type { Microservice } from "../../components/microservice.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { SourceContainer } from "./schemas.ts";
import type { SourceManifests } from "./sourceManifests.ts";

/** Variables with a value in the manifests that a description has no text for, because the value holds a secret. */
export function unsaid(
  { configMaps }: SourceManifests,
  { env = [], envFrom = [] }: SourceContainer,
  described: Microservice["env"] = {},
): ReadonlyMap<string, string> {
  const sources = envFrom.flatMap(({ prefix = "", configMapRef }) =>
    [...(configMaps.get(configMapRef?.name ?? "") ?? [])].map(([key, value]) => [prefix + key, value] as const),
  );
  const stated = env.flatMap(({ name, value, valueFrom }) => {
    const { name: configMap = "", key = "" } = valueFrom?.configMapKeyRef ?? {};
    const text = value ?? configMaps.get(configMap)?.get(key);
    return text === undefined ? [] : [[name, text] as const];
  });
  const said = new Set(Object.values(described));
  return new Map(
    [...sources, ...stated].filter(
      ([name, value]) => !Object.hasOwn(described, name) && !said.has(value) && name !== "JAVA_TOOL_OPTIONS",
    ),
  );
}

/** Hosts at which the service is reached from outside today. */
export function ownHosts({ ingress, httpRoute }: SourceManifests): ReadonlySet<string> {
  const rules = at(ingress?.document.object, "spec", "rules");
  const hosts = [...(Array.isArray(rules) ? rules : []).map((rule) => at(rule, "host"))];
  const names = at(httpRoute?.document.object, "spec", "hostnames");
  return new Set([...hosts, ...(Array.isArray(names) ? names : [])].map(String));
}
