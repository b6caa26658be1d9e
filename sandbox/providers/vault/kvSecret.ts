import { isProperties, isSame, type Properties, propertiesAt, type Value } from "../protocol/values.ts";
import type { VaultApi } from "./api.ts";
import { fieldsOf, fixed } from "./fields.ts";
import { requiredText, type Stated, type VaultResource } from "./resource.ts";

/** A KV version 2 secret. Only what changed is written, so that a change to metadata never restores an old value. */
export const kvSecret: VaultResource = {
  fields: {
    ...fixed(fieldsOf("text", "mount name", { required: true })),
    ...fieldsOf("text", "dataJson", { required: true }),
    ...fieldsOf("map", "customMetadata"),
    ...fieldsOf("switch", "deleteAllVersions"),
  },
  place: "{mount}/data/{name}",
  made: ["data", "metadata", "path"],
  secret: ["data", "dataJson"],
  async create(api, stated) {
    await writeData(api, stated);
    if (stated.inputs["customMetadata"] !== undefined) await writeMetadata(api, stated);
    return {};
  },
  async read(api, { id, inputs }) {
    const found = await api.get(id);
    const data = found?.["data"];
    // A deleted version has metadata but no data.
    if (!isProperties(data)) return undefined;
    const metadata = propertiesAt(found, "metadata");
    const custom = readMetadata((await api.get(metadataPath(id))) ?? {}, inputs);
    return {
      dataJson: JSON.stringify(data),
      data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, textOf(value)])),
      metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, textOf(value)])),
      path: id,
      ...(inputs["customMetadata"] === undefined ? {} : { customMetadata: custom }),
    };
  },
  async update(api, stated, old) {
    if (!isSame(old["dataJson"], stated.inputs["dataJson"])) await writeData(api, stated);
    if (!isSame(old["customMetadata"], stated.inputs["customMetadata"])) await writeMetadata(api, stated);
  },
  delete: (api, { id, inputs }) => api.delete(inputs["deleteAllVersions"] === true ? metadataPath(id) : id),
};

async function writeData(api: VaultApi, { id, inputs }: Stated): Promise<void> {
  await api.write(id, { data: parsed(requiredText(inputs, "dataJson")) });
}

async function writeMetadata(api: VaultApi, { id, inputs }: Stated): Promise<void> {
  const custom = propertiesAt(inputs, "customMetadata");
  const { maxVersions = 0, casRequired = false, deleteVersionAfter = 0, data = {} } = custom;
  await api.write(metadataPath(id), {
    max_versions: maxVersions,
    cas_required: casRequired,
    delete_version_after: `${String(deleteVersionAfter)}s`,
    custom_metadata: data,
  });
}

/** The metadata fields that were set, with Vault's values. */
function readMetadata(found: Properties, inputs: Properties): Properties {
  const live: Properties = {
    maxVersions: found["max_versions"] ?? 0,
    casRequired: found["cas_required"] ?? false,
    deleteVersionAfter: seconds(found["delete_version_after"] ?? 0),
    data: found["custom_metadata"] ?? {},
  };
  const keys = Object.keys(propertiesAt(inputs, "customMetadata"));
  return Object.fromEntries(keys.map((key) => [key, live[key] ?? null]));
}

function metadataPath(id: string): string {
  return id.replace("/data/", "/metadata/");
}

/**
 * Parses a secret's JSON.
 * @throws Error that names the field but never the value.
 */
function parsed(json: string): Properties {
  try {
    const value: Properties = JSON.parse(json);
    if (isProperties(value)) return value;
  } catch {
    // Reported below, because the parser's message would quote part of the secret.
  }
  throw new Error('dataJson is not the JSON text of an object, such as {"password": "..."}');
}

/** Converts a duration in Go's notation, such as `3h25m19s`, to seconds. */
function seconds(value: Value): number {
  if (typeof value !== "string") return Number(value);
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return [...value.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit = "s"]) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}

function textOf(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
