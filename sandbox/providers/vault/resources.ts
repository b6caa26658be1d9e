import type { Properties } from "../protocol/values.ts";
import { type Fields, fieldsOf, fixed, fromWire, toWire } from "./fields.ts";
import { kvSecret } from "./kvSecret.ts";
import { audit, authBackend, mount, withPath } from "./mounts.ts";
import { certificate, intermediateRequest, pkiRole, pkiUrls, rootCertificate } from "./pki.ts";
import { stored, type VaultResource } from "./resource.ts";

/** A policy. */
const policy = stored({
  place: "sys/policies/acl/{name}",
  fields: { ...fixed(fieldsOf("text", "name", { required: true })), ...fieldsOf("text", "policy", { required: true }) },
});

/** How Vault asks a cluster to review service account tokens. */
const kubernetesConfig = stored({
  place: "auth/{backend}/config",
  permanent: true,
  defaults: { backend: "kubernetes" },
  fields: {
    ...fixed(fieldsOf("text", "backend")),
    ...fieldsOf("text", "kubernetesHost", { required: true }),
    ...fieldsOf("text", "kubernetesCaCert issuer"),
    ...fieldsOf("text", "tokenReviewerJwt", { writeOnly: true }),
    ...fieldsOf("texts", "pemKeys"),
    ...fieldsOf("switch", "disableIssValidation disableLocalCaJwt useAnnotationsAsAliasMetadata"),
  },
});

/** The policies that a service account gets when it logs in. */
const kubernetesRole = stored({
  place: "auth/{backend}/role/{roleName}",
  defaults: { backend: "kubernetes" },
  fields: {
    ...fixed(fieldsOf("text", "roleName", { required: true })),
    ...fixed(fieldsOf("text", "backend")),
    ...fieldsOf("texts", "boundServiceAccountNames", { required: true }),
    ...fieldsOf("texts", "boundServiceAccountNamespaces tokenPolicies tokenBoundCidrs"),
    ...fieldsOf("text", "boundServiceAccountNamespaceSelector audience aliasNameSource tokenType"),
    ...fieldsOf("number", "tokenTtl tokenMaxTtl tokenExplicitMaxTtl tokenPeriod tokenNumUses"),
    ...fieldsOf("switch", "tokenNoDefaultPolicy"),
  },
});

/** Version settings of a KV version 2 mount. */
const kvBackend = stored({
  place: "{mount}/config",
  permanent: true,
  fields: {
    ...fixed(fieldsOf("text", "mount", { required: true })),
    ...fieldsOf("number", "maxVersions deleteVersionAfter"),
    ...fieldsOf("switch", "casRequired"),
  },
});

const keyFields: Fields = fixed({
  ...fieldsOf("text", "type"),
  ...fieldsOf("number", "keySize"),
  ...fieldsOf("switch", "derived convergentEncryption"),
});
const keyConfig: Fields = {
  ...fieldsOf("switch", "deletionAllowed exportable allowPlaintextBackup"),
  ...fieldsOf("number", "minDecryptionVersion minEncryptionVersion"),
  autoRotatePeriod: { kind: "number" },
};

/** An encryption key that never leaves Vault. */
const transitKey: VaultResource = {
  place: "{backend}/keys/{name}",
  fields: { ...fixed(fieldsOf("text", "backend name", { required: true })), ...keyFields, ...keyConfig },
  made: ["latestVersion"],
  async create(api, { id, inputs }) {
    await api.write(id, toWire(keyFields, inputs));
    await configure(toWire(keyConfig, inputs), (body) => api.write(`${id}/config`, body));
    return {};
  },
  async read(api, { id }) {
    const data = await api.get(id);
    if (data === undefined) return undefined;
    return { ...fromWire({ ...keyFields, ...keyConfig }, data), latestVersion: data["latest_version"] ?? 0 };
  },
  update: (api, { id, inputs }, old) =>
    configure(toWire(keyConfig, inputs, old), (body) => api.write(`${id}/config`, body)),
  delete: (api, { id }) => api.delete(id),
};

async function configure(body: Properties, write: (body: Properties) => Promise<unknown>): Promise<void> {
  if (Object.keys(body).length > 0) await write(body);
}

/** The supported resource types. */
export const vaultResources: Readonly<Record<string, VaultResource>> = {
  "vault:index/mount:Mount": mount,
  "vault:index/audit:Audit": audit,
  "vault:index/policy:Policy": policy,
  "vault:index/authBackend:AuthBackend": authBackend,
  "vault:kubernetes/authBackendConfig:AuthBackendConfig": kubernetesConfig,
  "vault:kubernetes/authBackendRole:AuthBackendRole": kubernetesRole,
  "vault:kv/secretV2:SecretV2": kvSecret,
  "vault:kv/secretBackendV2:SecretBackendV2": kvBackend,
  "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert": rootCertificate,
  "vault:pkiSecret/secretBackendRole:SecretBackendRole": pkiRole,
  "vault:pkiSecret/secretBackendConfigUrls:SecretBackendConfigUrls": pkiUrls,
  "vault:pkiSecret/secretBackendCert:SecretBackendCert": certificate,
  "vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest": intermediateRequest,
  "vault:transit/secretBackendKey:SecretBackendKey": transitKey,
};

/**
 * The definition of a resource type.
 * @throws RangeError if the type is not supported.
 */
export function resourceOf(type: string): VaultResource {
  const resource = Object.hasOwn(vaultResources, type) ? vaultResources[type] : undefined;
  if (resource === undefined) {
    throw new RangeError(
      `type "${type}" is not handled by the stand-in for the vault provider; handled are ${Object.keys(vaultResources).join(", ")}`,
    );
  }
  return resource;
}

/** A resource's inputs with defaults applied. */
export function effectiveInputs(resource: VaultResource, inputs: Properties): Properties {
  const stated = resource === authBackend || resource === audit ? withPath(inputs) : inputs;
  return { ...resource.defaults, ...stated };
}
