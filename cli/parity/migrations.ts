import type { Plain } from "../../recorder/registeredResource.ts";
import { isObject } from "../../recorder/registeredResource.ts";
import type { ComparedResource } from "./trace.ts";

/**
 * The resources of two sites without the Jobs of migrations, and their network rules, that only one of them has: no migration runs
 * on a database that is a replica, which is site data.
 * @param replicas whether either site has such a database
 */
export function withoutReplicasMigrations(
  one: readonly ComparedResource[],
  other: readonly ComparedResource[],
  replicas: boolean,
): [one: readonly ComparedResource[], other: readonly ComparedResource[]] {
  if (!replicas) return [one, other];
  const names = (resources: readonly ComparedResource[]) => new Set(resources.map(({ identity }) => identity));
  const [ofOne, ofOther] = [names(one), names(other)];
  const dropped = new Set(
    [...one, ...other]
      .map(({ identity }) => identity)
      .filter((identity) => isOfMigration(identity) && !(ofOne.has(identity) && ofOther.has(identity))),
  );
  const without = (resources: readonly ComparedResource[]) =>
    resources
      .filter(({ identity }) => !dropped.has(identity))
      .map((resource) => ({ ...resource, value: withoutTexts(resource.value, dropped) }));
  return [without(one), without(other)];
}

function isOfMigration(identity: string): boolean {
  return /\$kubernetes:(batch\/v1:Job::.*-migration|networking\.k8s\.io\/v1:NetworkPolicy::.*-migration-network-policy)$/.test(
    identity,
  );
}

/** A value without the items of lists that are one of the texts, such as what a Deployment waits for. */
function withoutTexts(value: Plain, texts: ReadonlySet<string>): Plain {
  if (Array.isArray(value)) {
    return value.filter((item) => !texts.has(item)).map((item: Plain) => withoutTexts(item, texts));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutTexts(inner, texts)]));
}
