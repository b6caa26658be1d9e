import type { PropertyChange } from "../protocol/difference.ts";
import { type Properties, textAt } from "../protocol/values.ts";
import type { VaultApi } from "./api.ts";
import { type Fields, fromWire, toWire } from "./fields.ts";

/** A resource as recorded in the state: its path in Vault, its inputs with defaults, and its outputs. */
export interface Stated {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A resource type of the vault provider. */
export interface VaultResource {
  readonly fields: Fields;
  /** Default values of inputs. */
  readonly defaults?: Properties;
  /** Path in Vault, which is also the ID, with inputs in braces: `auth/{backend}/role/{roleName}`. */
  readonly place: string;
  /** Computed outputs; unknown until the resource is created. */
  readonly made?: readonly string[];
  /** Outputs that are secret even if the program does not mark them. */
  readonly secret?: readonly string[];
  /**
   * Whether the official provider reads the resource back after creating it.
   * @default true
   */
  readonly readAfterCreate?: boolean;
  /**
   * Creates the resource.
   * @returns outputs that are available only at creation
   */
  create(api: VaultApi, stated: Stated): Promise<Properties>;
  /** Reads the resource: the inputs as Vault has them, and the computed outputs. Undefined if it is gone. */
  read(api: VaultApi, stated: Stated): Promise<Properties | undefined>;
  /**
   * Differences that the official provider finds by asking Vault, at each update and preview.
   * @default none, and nothing is asked
   */
  compare?(api: VaultApi, stated: Stated): Promise<readonly PropertyChange[]>;
  /** Updates the resource. */
  update(api: VaultApi, stated: Stated, old: Properties): Promise<void>;
  delete(api: VaultApi, stated: Stated): Promise<void>;
}

/** The ID of a resource with the given inputs. */
export function placeOf({ place }: VaultResource, inputs: Properties): string {
  return place.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(inputs[name] ?? ""));
}

/**
 * The inputs contained in an import ID.
 * @throws RangeError if the ID does not have the expected form.
 */
export function inputsOfPlace({ place }: VaultResource, id: string): Properties {
  const names = [...place.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  // Apart from the braces, a path consists of letters and slashes, which need no escaping in a regular expression.
  const pattern = place.replaceAll(/\{\w+\}/g, "(.+)");
  const match = new RegExp(`^${pattern}$`).exec(id);
  if (match === null) throw new RangeError(`id "${id}" is not of the form ${place}`);
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ""]));
}

/** Fields that are sent in the request body, that is, all that are not part of the path. */
export function bodyFields({ place, fields }: Pick<VaultResource, "place" | "fields">): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !place.includes(`{${name}}`)));
}

/** A resource that is written, read and deleted at one path. */
export function stored(
  shape: Pick<VaultResource, "fields" | "place" | "defaults"> & {
    /**
     * Whether the resource is a configuration that Vault keeps as long as its mount, so that there is nothing to
     * delete.
     * @default false
     */
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

/** The value of a string input or output that always exists. */
export function requiredText(properties: Properties, name: string): string {
  return textAt(properties, name) ?? "";
}
