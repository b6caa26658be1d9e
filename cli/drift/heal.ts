import { type ApiClient, ApiError } from "../../clusterClient/index.ts";
import {
  at,
  isObject,
  type Plain,
  type PlainObject,
  secretMark,
  unknownMark,
} from "../../recorder/registeredResource.ts";
import { isOwn } from "./compareObject.ts";
import { formatFieldPath } from "./fieldPath.ts";
import type { DriftedObject } from "./findDrift.ts";
import { managedFields } from "./managedFields.ts";
import type { ObjectName } from "./objectName.ts";

/** What was done to one object. */
export interface Healed {
  readonly object: ObjectName;
  /** Paths of the fields that have their rendered value again. */
  readonly restored: readonly string[];
  /** Paths of the fields that were taken away. */
  readonly removed: readonly string[];
  /** Why it was left as it is, or half done; undefined where it was put right. */
  readonly failure: string | undefined;
}

/** Field manager of the request that takes fields away. It owns nothing afterwards. */
const healer = "gemelos-drift";

/** How often this command looks for its place among the managers. */
const attempts = 5;

/** Field manager where none of Pulumi's is left in the object. */
const unnamed = "pulumi-kubernetes";

/**
 * Puts an object right. Pulumi's own field manager applies what is rendered, by force, so that the fields are its own again.
 * Server-side apply cannot take away what somebody else has added: that is done before, by replacing the object, at once
 * with the changed values, so that a Deployment rolls once.
 */
export async function heal(client: ApiClient, drifted: DriftedObject): Promise<Healed> {
  const { object, fields } = drifted;
  const paths = (added: boolean) =>
    fields.filter(({ kind }) => (kind === "added") === added).map(({ path }) => formatFieldPath(path));
  const healed = { object, restored: paths(false), removed: paths(true) };
  if (fields.some(({ kind, manager }) => kind === "changed" && manager !== undefined && isOwn(manager))) {
    // What another commit deployed is no hand edit, and may need objects that only a deployment makes.
    return {
      ...healed,
      failure: "another commit than this one was deployed; check that one out, or run npm run deploy",
    };
  }
  if (hasHidden(drifted.rendered)) {
    return { ...healed, failure: "has a value that is known only during a deployment; run npm run deploy" };
  }
  try {
    if (healed.removed.length > 0) await replace(client, drifted);
    await disown(client, drifted, await apply(client, drifted));
    return { ...healed, failure: undefined };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { ...healed, failure: explain(error) };
  }
}

/** The object as it was read is replaced, and no newer one: its `resourceVersion` is part of it. */
async function replace(client: ApiClient, { object, path, target }: DriftedObject): Promise<void> {
  const { apiVersion, kind } = object;
  const body = { ...target, apiVersion, kind };
  await client.send({ method: "PUT", path: `${path}?${new URLSearchParams({ fieldManager: healer })}`, body });
}

function apply(client: ApiClient, { path, rendered, live }: DriftedObject): Promise<PlainObject> {
  const own = managedFields(live).find(({ manager }) => isOwn(manager) && manager.operation === "Apply");
  const query = new URLSearchParams({ fieldManager: own?.manager.name ?? unnamed, force: "true" });
  const contentType = "application/apply-patch+yaml";
  return client.send({ method: "PATCH", path: `${path}?${query}`, body: rendered, contentType });
}

/**
 * Takes this command out of the object's managers: a field that it owns could not be removed by the program later. While a
 * controller writes, its place among the managers may change, so it is looked for again.
 */
async function disown(client: ApiClient, { path }: DriftedObject, applied: PlainObject): Promise<void> {
  for (let live = applied, tries = attempts; ; tries -= 1) {
    const entries = at(live, "metadata", "managedFields");
    const index = Array.isArray(entries) ? entries.findIndex((entry) => at(entry, "manager") === healer) : -1;
    if (index === -1) return;
    const place = `/metadata/managedFields/${index}`;
    const body = [
      { op: "test", path: `${place}/manager`, value: healer },
      { op: "remove", path: place },
    ];
    try {
      await client.send({ method: "PATCH", path, body, contentType: "application/json-patch+json" });
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 403 || tries <= 1) throw error;
    }
    live = await client.send({ path });
  }
}

function hasHidden(value: Plain): boolean {
  if (value === secretMark || value === unknownMark) return true;
  if (Array.isArray(value)) return value.some(hasHidden);
  return isObject(value) && Object.values(value).some(hasHidden);
}

function explain({ status, message }: ApiError): string {
  if (status === 409) return "changed meanwhile; run the command again";
  if (status === 401 || status === 403) return `permission denied: ${message}`;
  return message;
}
