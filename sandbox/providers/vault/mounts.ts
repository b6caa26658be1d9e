import { type Properties, propertiesAt, textAt } from "../protocol/values.ts";
import { type Fields, fieldsOf, fixed, fromWire, toWire } from "./fields.ts";
import { requiredText, type Stated, type VaultResource } from "./resource.ts";

const tunable: Fields = {
  defaultLeaseTtlSeconds: { kind: "number", wire: "default_lease_ttl" },
  maxLeaseTtlSeconds: { kind: "number", wire: "max_lease_ttl" },
  ...fieldsOf(
    "texts",
    "auditNonHmacRequestKeys auditNonHmacResponseKeys allowedResponseHeaders passthroughRequestHeaders",
  ),
  ...fieldsOf("text", "listingVisibility"),
};

/** Changing a mount's type or path would lose its contents, so both replace the mount, which `protect` prevents. */
const ownFields: Fields = {
  ...fixed(fieldsOf("text", "path type", { required: true })),
  ...fixed(fieldsOf("switch", "local sealWrap externalEntropyAccess")),
  ...fieldsOf("text", "description"),
  ...fieldsOf("map", "options"),
};

/** Vault's words, with status 400, for a path at which nothing is mounted. */
const notMounted = /No secret engine mount at|No auth engine at/;

/** A secrets engine mounted at a path. */
export const mount: VaultResource = {
  fields: { ...ownFields, ...tunable },
  place: "{path}",
  made: ["accessor"],
  async create(api, { id, inputs }) {
    const { path: _inTheUrl, ...body } = toWire(ownFields, inputs);
    await api.write(`sys/mounts/${id}`, { ...body, config: toWire(tunable, inputs) });
    return {};
  },
  async read(api, { id }) {
    const found = await api.get(`sys/mounts/${id}`, notMounted);
    if (found === undefined) return undefined;
    const config = fromWire(tunable, propertiesAt(found, "config"));
    return { ...fromWire(ownFields, found), ...config, path: id, accessor: requiredText(found, "accessor") };
  },
  async update(api, { id, inputs }, old) {
    const changeable = { ...fieldsOf("text", "description"), ...fieldsOf("map", "options"), ...tunable };
    await api.write(`sys/mounts/${id}/tune`, toWire(changeable, inputs, old));
  },
  delete: (api, { id }) => api.delete(`sys/mounts/${id}`),
};

const tuneFields: Fields = {
  ...fieldsOf("duration", "defaultLeaseTtl maxLeaseTtl"),
  ...fieldsOf(
    "texts",
    "auditNonHmacRequestKeys auditNonHmacResponseKeys allowedResponseHeaders passthroughRequestHeaders",
  ),
  ...fieldsOf("text", "listingVisibility tokenType"),
};

const authFields: Fields = {
  ...fixed(fieldsOf("text", "type", { required: true })),
  ...fixed(fieldsOf("text", "path")),
  ...fixed(fieldsOf("switch", "local")),
  ...fieldsOf("text", "description"),
  ...fieldsOf("map", "tune"),
};

/** An auth method mounted at a path. */
export const authBackend: VaultResource = {
  fields: authFields,
  place: "{path}",
  made: ["accessor"],
  async create(api, { id, inputs }) {
    const { path: _inTheUrl, tune: _inConfig, ...body } = toWire(authFields, inputs);
    await api.write(`sys/auth/${id}`, { ...body, config: toWire(tuneFields, propertiesAt(inputs, "tune")) });
    return {};
  },
  async read(api, { id, inputs }) {
    const found = await api.get(`sys/mounts/auth/${id}`, notMounted);
    if (found === undefined) return undefined;
    const live = { ...fromWire(authFields, found), path: id, accessor: requiredText(found, "accessor") };
    // Only the tuning that was set is compared, because Vault fills in the rest.
    const tuned = Object.entries(fromWire(tuneFields, (await api.get(`sys/mounts/auth/${id}/tune`)) ?? {}));
    const stated = propertiesAt(inputs, "tune");
    const tune = Object.fromEntries(tuned.filter(([key]) => Object.hasOwn(stated, key)));
    return inputs["tune"] === undefined ? live : { ...live, tune };
  },
  async update(api, { id, inputs }, old) {
    const tune = toWire(tuneFields, propertiesAt(inputs, "tune"), propertiesAt(old, "tune"));
    await api.write(`sys/mounts/auth/${id}/tune`, { ...tune, description: textAt(inputs, "description") ?? "" });
  },
  delete: (api, { id }) => api.delete(`sys/auth/${id}`),
};

/** An audit device. */
export const audit: VaultResource = {
  fields: {
    ...fixed(fieldsOf("text", "type", { required: true })),
    ...fixed(fieldsOf("map", "options", { required: true })),
    ...fixed(fieldsOf("text", "path description")),
    ...fixed(fieldsOf("switch", "local")),
  },
  place: "{path}",
  readAfterCreate: false,
  async create(api, { id, inputs }) {
    const { path: _inTheUrl, ...body } = toWire(audit.fields, inputs);
    await api.write(`sys/audit/${id}`, body);
    return {};
  },
  async read(api, { id }) {
    const found = propertiesAt(await api.get("sys/audit"), `${id}/`);
    return Object.keys(found).length === 0 ? undefined : { ...fromWire(audit.fields, found), path: id };
  },
  update: (_api, { id }: Stated) => Promise.reject(new Error(`audit device ${id} cannot be updated, only replaced`)),
  delete: (api, { id }) => api.delete(`sys/audit/${id}`),
};

/** For auth methods and audit devices, the path defaults to the type. */
export function withPath(inputs: Properties): Properties {
  return { path: requiredText(inputs, "type"), ...inputs };
}
