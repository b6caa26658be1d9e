import type { ApiClient } from "../../clusterClient/index.ts";
import { at, type PlainObject } from "../../recorder/registeredResource.ts";
import { compareObject, type FieldDrift } from "./compareObject.ts";
import { collectionPath } from "./discovery.ts";
import { type LiveObject, type LiveObjects, namespacesOf, readLiveObjects } from "./liveObjects.ts";
import { type ObjectName, objectKey, objectName } from "./objectName.ts";
import { type PodContainer, podContainers } from "./podContainers.ts";
import { type UnknownObject, unknownObjects } from "./unknownObjects.ts";

/** A live object that is not as rendered, with what is needed to put it right. */
export interface DriftedObject {
  readonly object: ObjectName;
  readonly fields: readonly FieldDrift[];
  readonly rendered: PlainObject;
  readonly live: PlainObject;
  /** The live object with every field put right. */
  readonly target: PlainObject;
  /** Its URL path. */
  readonly path: string;
}

/** What a site's cluster has that the program did not make so. */
export interface Drift {
  /** How many rendered objects were looked for. */
  readonly objects: number;
  readonly drifted: readonly DriftedObject[];
  /** Rendered objects that are not there. */
  readonly missing: readonly ObjectName[];
  readonly unknown: readonly UnknownObject[];
  readonly containers: readonly PodContainer[];
  /** Kinds that could not be read, with the reason. What is said of them is not complete. */
  readonly unreadable: readonly string[];
}

/** Reads a cluster and compares it with what the program renders for it. */
export async function findDrift(client: Pick<ApiClient, "send">, manifests: readonly PlainObject[]): Promise<Drift> {
  return judge(await readLiveObjects(client, manifests), manifests);
}

/** Whether nothing is left to be put right or to be looked at. */
export function isClean({ drifted, missing, unknown, containers }: Drift): boolean {
  return drifted.length + missing.length + unknown.length + containers.length === 0;
}

function judge(live: LiveObjects, manifests: readonly PlainObject[]): Drift {
  const drifted: DriftedObject[] = [];
  const missing: ObjectName[] = [];
  for (const rendered of manifests) {
    const { apiVersion, kind } = rendered;
    const object = objectName({ apiVersion: String(apiVersion), kind: String(kind) }, rendered);
    const found = live.objects.get(objectKey(object));
    if (found === undefined) {
      if (!live.unread(object) && !goesByItself(rendered)) missing.push(object);
      continue;
    }
    const { drift, target } = compareObject(rendered, found.object);
    if (drift.length > 0) {
      drifted.push({ object, fields: drift, rendered, live: found.object, target, path: pathOf(found, object) });
    }
  }
  return {
    objects: manifests.length,
    drifted,
    missing,
    unknown: unknownObjects(live, manifests, namespacesOf(manifests)),
    containers: podContainers(live),
    unreadable: live.unreadable,
  };
}

/** Whether the cluster removes an object once it has ended, such as a migration with a `ttlSecondsAfterFinished` of its transform. */
function goesByItself(rendered: PlainObject): boolean {
  return rendered["kind"] === "Job" && typeof at(rendered, "spec", "ttlSecondsAfterFinished") === "number";
}

function pathOf({ served }: LiveObject, { namespace, name }: ObjectName): string {
  return `${collectionPath(served, namespace)}/${encodeURIComponent(name)}`;
}
