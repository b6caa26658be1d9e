import { withAgent } from "../../components/vault/index.ts";
import { at, isObject, type PlainObject } from "../../recorder/registeredResource.ts";
import type { LiveObjects } from "./liveObjects.ts";
import { type FieldManager, innerOwners, managedFields } from "./managedFields.ts";
import { type ObjectName, objectName } from "./objectName.ts";

/** A container in a service's pod that the pod's template does not have. */
export interface PodContainer {
  readonly pod: ObjectName;
  /** List that it is in: `containers`, `initContainers` or `ephemeralContainers`. */
  readonly list: string;
  readonly name: string;
  readonly image: string;
  readonly manager: FieldManager | undefined;
  /** When the pod was made, in ISO 8601. */
  readonly created: string | undefined;
}

const lists = ["initContainers", "containers", "ephemeralContainers"] as const;

/**
 * The containers that were put into running pods past their template: by a webhook, or by `kubectl debug`. The containers of
 * Vault Agent are right where the template asks for them.
 */
export function podContainers({ objects }: LiveObjects): PodContainer[] {
  const templates = new Map<string, unknown>();
  for (const { served, object } of objects.values()) {
    if (served.kind === "ReplicaSet") templates.set(uidOf(object), at(object, "spec", "template"));
  }
  return [...objects.values()].flatMap(({ served, object }) => {
    if (served.kind !== "Pod" || at(object, "metadata", "deletionTimestamp") !== undefined) return [];
    const template = ownersOf(object)
      .map((uid) => templates.get(uid))
      .find((each) => each !== undefined);
    // A pod without such an owner is an object that the program does not know.
    return template === undefined ? [] : additions(objectName(served, object), object, template);
  });
}

function additions(pod: ObjectName, object: PlainObject, template: unknown): PodContainer[] {
  const expected = expectedNames(template);
  const created = at(object, "metadata", "creationTimestamp");
  return lists.flatMap((list) => {
    const containers = at(object, "spec", list);
    return (Array.isArray(containers) ? containers : []).flatMap((container, index): PodContainer[] => {
      const name = String(at(container, "name"));
      if (expected[list].includes(name)) return [];
      const steps = [{ name: "spec" }, { name: list }, { item: container, index }];
      const owners = steps.reduce(innerOwners, managedFields(object));
      return [
        {
          pod,
          list,
          name,
          image: String(at(container, "image")),
          manager: owners[0]?.manager,
          created: typeof created === "string" ? created : undefined,
        },
      ];
    });
  });
}

/** Names of the containers that a pod of a template has, with those of Vault Agent that its annotations ask for. */
function expectedNames(template: unknown): Readonly<Record<(typeof lists)[number], readonly string[]>> {
  const stated = at(template, "metadata", "annotations");
  const annotations = Object.fromEntries(
    isObject(stated) ? Object.entries(stated).map(([name, value]) => [name, String(value)]) : [],
  );
  const agent = withAgent({ containers: [] }, { annotations });
  const names = (list: string) => {
    const containers = at(template, "spec", list);
    return Array.isArray(containers) ? containers.map((each) => String(at(each, "name"))) : [];
  };
  return {
    initContainers: [...names("initContainers"), ...(agent.initContainers ?? []).map(({ name }) => name)],
    containers: [...names("containers"), ...agent.containers.map(({ name }) => name)],
    ephemeralContainers: [],
  };
}

function ownersOf(object: PlainObject): string[] {
  const references = at(object, "metadata", "ownerReferences");
  return Array.isArray(references) ? references.map((each) => String(at(each, "uid"))) : [];
}

function uidOf(object: PlainObject): string {
  return String(at(object, "metadata", "uid"));
}
