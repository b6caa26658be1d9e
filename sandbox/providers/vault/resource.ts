import { type Properties, textAt } from "../protocol/values.ts";
import type { VaultApi } from "./api.ts";
import { type Fields, fromWire, toWire } from "./fields.ts";

/** A resource of the state: its place and its inputs, with defaults. */
export interface Stated {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One type of resource. */
export interface VaultResource {
  readonly fields: Fields;
  /** Values of inputs that are left out. */
  readonly defaults?: Properties;
  /** Its place in Vault, which is its id, with inputs in braces: `auth/{backend}/role/{roleName}`. */
  readonly place: string;
  /** Outputs beside the inputs; unknown until it is made. */
  readonly made?: readonly string[];
  /** Outputs that are secret, whatever the program says. */
  readonly secret?: readonly string[];
  /** Makes it. @returns outputs that only the making tells */
  create(api: VaultApi, stated: Stated): Promise<Properties>;
  /** Reads it: inputs as Vault holds them, and made outputs; undefined where it is gone. */
  read(api: VaultApi, stated: Stated): Promise<Properties | undefined>;
  /** Changes it. */
  update(api: VaultApi, stated: Stated, old: Properties): Promise<void>;
  delete(api: VaultApi, stated: Stated): Promise<void>;
}

/** The id of a resource with these inputs. */
export function placeOf({ place }: VaultResource, inputs: Properties): string {
  return place.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(inputs[name] ?? ""));
}

/** The inputs that an id names, as somebody types it to import a resource. @throws RangeError where it has another form. */
export function inputsOfPlace({ place }: VaultResource, id: string): Properties {
  const names = [...place.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  // Places hold letters and slashes only, so nothing in them has a meaning of its own here.
  const pattern = place.replaceAll(/\{\w+\}/g, "(.+)");
  const match = new RegExp(`^${pattern}$`).exec(id);
  if (match === null) throw new RangeError(`id "${id}" is not of the form ${place}`);
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ""]));
}

/** Fields that are named in the place stand in no body. */
export function bodyFields({ place, fields }: Pick<VaultResource, "place" | "fields">): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !place.includes(`{${name}}`)));
}

/** A resource that is written to, read from and deleted at one path. */
export function stored(
  shape: Pick<VaultResource, "fields" | "place" | "defaults"> & {
    /** Vault keeps a configuration as long as its mount: nothing to delete. Default false. */
    readonly permanent?: boolean;
  },
): VaultResource {
  const body = bodyFields(shape);
  const write = async (api: VaultApi, { id, inputs }: Stated, old?: Properties) => {
    await api.write(id, toWire(body, inputs, old));
  };
  return {
    ...shape,
    create: async (api, stated) => {
      await write(api, stated);
      return {};
    },
    read: async (api, { id }) => {
      const data = await api.get(id);
      return data === undefined ? undefined : fromWire(body, data);
    },
    update: write,
    delete: async (api, { id }) => {
      if (shape.permanent !== true) await api.delete(id);
    },
  };
}

/** The text of an input or output that is always there. */
export function requiredText(properties: Properties, name: string): string {
  return textAt(properties, name) ?? "";
}
