import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VaultApi } from "../../../sandbox/providers/vault/api.ts";
import { vault } from "../../../sandbox/providers/vault/provider.ts";
import { ProviderClient, type Resource } from "../../support/providerClient.ts";
import { sandboxSite } from "../../support/sandboxSites.ts";

const mountType = "vault:index/mount:Mount";
const policyType = "vault:index/policy:Policy";
const secretType = "vault:kv/secretV2:SecretV2";
const rootType = "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert";
const roleType = "vault:pkiSecret/secretBackendRole:SecretBackendRole";
const certificateType = "vault:pkiSecret/secretBackendCert:SecretBackendCert";
const keyType = "vault:transit/secretBackendKey:SecretBackendKey";

const suffix = randomBytes(4).toString("hex");
const { vaultAddress } = sandboxSite();
const cancelled = new AbortController();
const { VAULT_TOKEN: token = "", VAULT_CACERT: ca } = process.env;
const api = new VaultApi(
  {
    address: vaultAddress,
    token,
    ca: ca === undefined ? undefined : readFileSync(ca, "utf8"),
    serverName: undefined,
    maxRetries: 2,
    childTokenSeconds: undefined,
  },
  cancelled.signal,
);
let client: ProviderClient;
let kv: Resource;

beforeAll(async () => {
  client = await ProviderClient.start(vault);
  expect(await client.configure({ address: vaultAddress })).toEqual([]);
  kv = await client.create(mountType, { path: `kv-${suffix}`, type: "kv-v2", description: "of a test" });
});

afterAll(async () => {
  await client.delete(mountType, kv);
  expect(await client.read(mountType, kv)).toBeUndefined();
  cancelled.abort();
  client.close();
});

const secretInputs = (password: string) => ({
  mount: `kv-${suffix}`,
  name: "payments/card",
  dataJson: JSON.stringify({ password }),
  customMetadata: { data: { owner: "payments" } },
});

test("a seeded secret is secret on the wire, a rotated value is read, and a change of metadata does not bring the old one back", async () => {
  const made = await client.create(secretType, secretInputs("seeded"));
  expect(made.outputs.secrets).toEqual(expect.arrayContaining([["data"], ["dataJson"]]));
  expect(await client.read(secretType, made)).toMatchObject({ inputs: { value: secretInputs("seeded") } });

  await api.write(`kv-${suffix}/data/payments/card`, { data: { password: "rotated" } });
  const found = await client.read(secretType, made);
  expect(found?.inputs).toMatchObject({
    value: { dataJson: '{"password":"rotated"}' },
    secrets: expect.arrayContaining([["dataJson"]]),
  });

  // The program ignores changes of the data, so the engine hands over the old text.
  await client.update(secretType, made, { ...secretInputs("seeded"), customMetadata: { data: { owner: "tax" } } });
  expect(await api.get(`kv-${suffix}/data/payments/card`)).toMatchObject({
    data: { password: "rotated" },
    metadata: { custom_metadata: { owner: "tax" } },
  });

  await client.delete(secretType, {
    ...made,
    inputs: { value: { ...secretInputs(""), deleteAllVersions: true }, secrets: [] },
  });
  expect(await client.read(secretType, made)).toBeUndefined();
});

test("no function is answered: its result would be shown, and the official one for keys panics", async () => {
  const args = { mount: `kv-${suffix}`, name: "payments/card" };
  for (const name of ["getSecretV2", "getSecretSubkeysV2"]) {
    await expect(client.invoke(`vault:kv/${name}:${name}`, args)).rejects.toThrow(/is not handled/);
  }
});

test("text that is no JSON is refused without repeating it", async () => {
  const failing = client.create(secretType, { ...secretInputs(""), dataJson: "planted" });
  await expect(failing).rejects.toThrow(/dataJson is not the JSON text of an object/);
  await expect(client.create(secretType, { ...secretInputs(""), dataJson: "planted" })).rejects.not.toThrow(/planted/);
});

test("a changed policy is found, a deleted one is gone, one that exists is imported", async () => {
  const inputs = { name: `card-${suffix}`, policy: 'path "a/*" { capabilities = ["read"] }' };
  const made = await client.create(policyType, inputs);
  await api.write(`sys/policies/acl/card-${suffix}`, { policy: 'path "*" { capabilities = ["sudo"] }' });
  const found = await client.read(policyType, made);
  expect(found?.inputs.value["policy"]).toBe('path "*" { capabilities = ["sudo"] }');
  await client.update(policyType, made, inputs);
  expect((await client.read(policyType, made.id))?.inputs.value).toEqual(inputs);
  await api.delete(`sys/policies/acl/card-${suffix}`);
  expect(await client.read(policyType, made)).toBeUndefined();
});

test("a mount is tuned in place, and made anew where it would hold something else", async () => {
  const inputs = { path: `kv-${suffix}`, type: "kv-v2", description: "tuned", maxLeaseTtlSeconds: 7200 };
  expect((await client.diff(mountType, kv, inputs)).changes).toEqual([
    "description: UPDATE",
    "maxLeaseTtlSeconds: ADD",
  ]);
  kv = await client.update(mountType, kv, inputs);
  expect(await client.read(mountType, kv)).toMatchObject({ inputs: { value: inputs } });
  expect(await client.diff(mountType, kv, { ...inputs, type: "transit" })).toEqual({
    changes: ["type: UPDATE_REPLACE"],
    deleteBeforeReplace: true,
  });
  await expect(client.create(mountType, inputs)).rejects.toThrow(/path is already in use/);
});

test("a certificate of a root is issued, its key is secret, and a revoked one is gone", async () => {
  const backend = `pki-${suffix}`;
  const pki = await client.create(mountType, { path: backend, type: "pki", maxLeaseTtlSeconds: 360_000 });
  const root = await client.create(rootType, {
    backend,
    type: "internal",
    commonName: "Root",
    ttl: "48h",
    keyType: "ec",
    keyBits: 256,
  });
  const roleInputs = {
    backend,
    name: "server",
    allowedDomains: ["tax.example"],
    allowSubdomains: true,
    maxTtl: "24h",
    keyType: "ec",
    keyBits: 256,
  };
  const role = await client.create(roleType, roleInputs);
  expect(await client.read(roleType, role)).toMatchObject({ inputs: { value: roleInputs } });
  const inputs = {
    backend,
    name: "server",
    commonName: "a.tax.example",
    altNames: ["b.tax.example"],
    ttl: "1h",
    revoke: true,
  };
  const made = await client.create(certificateType, inputs);
  expect(made.outputs.secrets).toEqual([["privateKey"]]);
  expect(made.outputs.value["privateKey"]).toContain("PRIVATE KEY");
  expect(await client.read(certificateType, made)).toMatchObject({ inputs: { value: inputs } });
  await client.delete(certificateType, made);
  expect(await client.read(certificateType, made)).toBeUndefined();
  await client.delete(rootType, root);
  expect(await client.read(rootType, root)).toBeUndefined();
  await client.delete(mountType, pki);
});

test("a key is deleted only where that is allowed", async () => {
  const backend = `transit-${suffix}`;
  const transit = await client.create(mountType, { path: backend, type: "transit" });
  const kept = await client.create(keyType, { backend, name: "state" });
  expect(kept.outputs.value["latestVersion"]).toBe(1);
  await expect(client.delete(keyType, kept)).rejects.toThrow(/deletion is not allowed/);
  const released = await client.update(keyType, kept, { backend, name: "state", deletionAllowed: true });
  await client.delete(keyType, released);
  expect(await client.read(keyType, released)).toBeUndefined();
  await client.delete(mountType, transit);
});
