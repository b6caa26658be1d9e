import { X509Certificate } from "node:crypto";
import { type Properties, textAt, type Value } from "../protocol/values.ts";
import type { VaultApi } from "./api.ts";
import { type Fields, fieldsOf, fixed, fromWire, toWire } from "./fields.ts";
import { bodyFields, requiredText, type Stated, stored, type VaultResource } from "./resource.ts";

const subject: Fields = {
  ...fieldsOf("text", "commonName", { required: true }),
  ...fieldsOf("joined", "altNames ipSans uriSans otherSans"),
  ...fieldsOf("text", "format privateKeyFormat"),
  ...fieldsOf("switch", "excludeCnFromSans"),
};

const keyAndName: Fields = {
  ...fieldsOf("text", "backend", { required: true }),
  ...fieldsOf("text", "ou organization country locality province streetAddress postalCode keyType keyName keyRef"),
  ...fieldsOf("number", "keyBits"),
};

/** Certificates are immutable: any changed input creates a new one. */
const notChanged = (_api: unknown, { id }: Stated) =>
  Promise.reject(new Error(`${id} cannot be changed, only made anew`));

/** A self-signed root CA whose key never leaves Vault. */
export const rootCertificate: VaultResource = {
  fields: fixed({
    ...keyAndName,
    ...subject,
    ...fieldsOf("text", "type", { required: true, oneOf: ["internal"] }),
    ...fieldsOf("text", "issuerName notAfter"),
    ...fieldsOf("duration", "ttl notBeforeDuration"),
    ...fieldsOf("number", "maxPathLength signatureBits"),
    ...fieldsOf("joined", "permittedDnsDomains"),
  }),
  place: "{backend}/issuers/generate/root/{type}",
  made: ["certificate", "issuingCa", "serialNumber", "issuerId", "keyId"],
  async create(api, { id, inputs }) {
    const data = await api.write(id, toWire(bodyFields(rootCertificate), inputs));
    return issued(data, {
      certificate: "certificate",
      issuingCa: "issuing_ca",
      serialNumber: "serial_number",
      issuerId: "issuer_id",
      keyId: "key_id",
    });
  },
  async read(api, stated) {
    if (textAt(stated.outputs, "issuerId") === undefined) {
      throw new Error("a root certificate cannot be imported; make a new one");
    }
    const found = await issuerPem(api, stated);
    return found === undefined ? undefined : { certificate: found };
  },
  async compare(api, stated) {
    const found = await issuerPem(api, stated);
    const isSame = found === undefined || serialOf(found) === textAt(stated.outputs, "serialNumber");
    return isSame ? [] : [{ path: ["serialNumber"], kind: "update", replace: true }];
  },
  update: notChanged,
  async delete(api, { inputs, outputs }) {
    const backend = requiredText(inputs, "backend");
    await api.delete(`${backend}/issuer/${requiredText(outputs, "issuerId")}`);
    await api.delete(`${backend}/key/${requiredText(outputs, "keyId")}`);
  },
};

/** A certificate with its private key, which is encrypted in the state. */
export const certificate: VaultResource = {
  fields: {
    ...fixed({
      ...subject,
      ...fieldsOf("text", "backend name", { required: true }),
      ...fieldsOf("text", "issuerRef notAfter"),
      ...fieldsOf("duration", "ttl"),
      ...fieldsOf("switch", "removeRootsFromChain"),
    }),
    ...fieldsOf("switch", "revoke"),
  },
  place: "{backend}/issue/{name}",
  made: ["certificate", "issuingCa", "caChain", "privateKey", "privateKeyType", "serialNumber", "expiration"],
  secret: ["privateKey"],
  async create(api, { id, inputs }) {
    const { revoke: _atTheEnd, ...body } = bodyFields(certificate);
    const data = await api.write(id, toWire(body, inputs));
    const { ca_chain: chain } = data;
    return {
      ...issued(data, {
        certificate: "certificate",
        issuingCa: "issuing_ca",
        privateKey: "private_key",
        privateKeyType: "private_key_type",
        serialNumber: "serial_number",
        expiration: "expiration",
      }),
      caChain: Array.isArray(chain) ? chain.join("\n") : "",
    };
  },
  async read(api, { inputs, outputs }) {
    const serial = textAt(outputs, "serialNumber");
    if (serial === undefined) throw new Error("a certificate cannot be imported: Vault does not keep its private key");
    const found = await api.get(`${requiredText(inputs, "backend")}/cert/${serial}`);
    // A revoked certificate counts as missing.
    return found === undefined || Number(found["revocation_time"] ?? 0) > 0
      ? undefined
      : issued(found, { certificate: "certificate" });
  },
  update: async () => undefined,
  async delete(api, { inputs, outputs }) {
    if (inputs["revoke"] !== true) return;
    await api.write(`${requiredText(inputs, "backend")}/revoke`, {
      serial_number: requiredText(outputs, "serialNumber"),
    });
  },
};

/** A certificate signing request for an intermediate CA. */
export const intermediateRequest: VaultResource = {
  fields: fixed({
    ...keyAndName,
    ...subject,
    ...fieldsOf("text", "type", { required: true, oneOf: ["internal"] }),
    ...fieldsOf("switch", "addBasicConstraints"),
    ...fieldsOf("number", "signatureBits"),
  }),
  place: "{backend}/intermediate/generate/{type}",
  made: ["csr", "keyId"],
  async create(api, { id, inputs }) {
    const data = await api.write(id, toWire(bodyFields(intermediateRequest), inputs));
    return issued(data, { csr: "csr", keyId: "key_id" });
  },
  async read(api, { inputs, outputs }) {
    const key = textAt(outputs, "keyId");
    if (key === undefined) throw new Error("a certificate request cannot be imported; make a new one");
    const found = await api.get(`${requiredText(inputs, "backend")}/key/${key}`, notFound);
    return found === undefined ? undefined : {};
  },
  update: notChanged,
  delete: (api, { inputs, outputs }) =>
    api.delete(`${requiredText(inputs, "backend")}/key/${requiredText(outputs, "keyId")}`),
};

/** What certificates a CA may issue through a role. */
export const pkiRole: VaultResource = stored({
  place: "{backend}/roles/{name}",
  fields: {
    ...fixed(fieldsOf("text", "backend", { required: true })),
    // The official provider generates a missing name; this project always sets it.
    ...fixed(fieldsOf("text", "name", { required: true })),
    ...fieldsOf("text", "keyType issuerRef notAfter"),
    ...fieldsOf("number", "keyBits signatureBits"),
    ...fieldsOf("duration", "ttl maxTtl notBeforeDuration"),
    ...fieldsOf(
      "texts",
      "allowedDomains allowedUriSans allowedOtherSans allowedSerialNumbers cnValidations policyIdentifiers",
    ),
    ...fieldsOf("texts", "extKeyUsageOids"),
    ...fieldsOf(
      "switch",
      "allowAnyName allowBareDomains allowGlobDomains allowIpSans allowLocalhost allowSubdomains allowWildcardCertificates",
    ),
    ...fieldsOf(
      "switch",
      "allowedDomainsTemplate allowedUriSansTemplate basicConstraintsValidForNonCa clientFlag serverFlag",
    ),
    ...fieldsOf("switch", "codeSigningFlag emailProtectionFlag enforceHostnames generateLease noStore requireCn"),
    ...fieldsOf("switch", "useCsrCommonName useCsrSans usePss"),
    keyUsages: { kind: "texts", wire: "key_usage" },
    extKeyUsages: { kind: "texts", wire: "ext_key_usage" },
    organizations: { kind: "texts", wire: "organization" },
    organizationUnit: { kind: "texts", wire: "ou" },
    countries: { kind: "texts", wire: "country" },
    localities: { kind: "texts", wire: "locality" },
    provinces: { kind: "texts", wire: "province" },
    streetAddresses: { kind: "texts", wire: "street_address" },
    postalCodes: { kind: "texts", wire: "postal_code" },
  },
});

/** URLs of a CA's certificate and revocation list. */
export const pkiUrls: VaultResource = stored({
  place: "{backend}/config/urls",
  permanent: true,
  fields: {
    ...fixed(fieldsOf("text", "backend", { required: true })),
    ...fieldsOf("texts", "issuingCertificates crlDistributionPoints ocspServers"),
    ...fieldsOf("switch", "enableTemplating"),
  },
});

/** Vault's words for an issuer or a key that is not there. */
const notFound = /unable to find PKI/;

/** An issuer's certificate (PEM), which Vault gives to everybody; undefined if the issuer is gone. */
async function issuerPem(api: VaultApi, { inputs, outputs }: Stated): Promise<string | undefined> {
  const place = `${requiredText(inputs, "backend")}/issuer/${requiredText(outputs, "issuerId")}/pem`;
  return (await api.getPublicText(place, notFound))?.trim();
}

/** A certificate's serial number as Vault writes it: `3a:0f:...`. */
function serialOf(pem: string): string {
  const { serialNumber } = new X509Certificate(pem);
  return (serialNumber.toLowerCase().match(/../g) ?? []).join(":");
}

/** Picks outputs from Vault's response and renames them. */
function issued(data: Properties, names: Readonly<Record<string, string>>): Properties {
  const fields: Fields = Object.fromEntries(
    Object.entries(names).map(([name, wire]) => [name, { kind: "text", wire }]),
  );
  const found: Readonly<Record<string, Value>> = fromWire(fields, data);
  return found;
}
