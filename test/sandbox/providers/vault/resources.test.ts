import * as vault from "@pulumi/vault";
import { describe, expect, test } from "vitest";
import { inputsOfPlace, placeOf } from "../../../../sandbox/providers/vault/resource.ts";
import { effectiveInputs, resourceOf, vaultResources } from "../../../../sandbox/providers/vault/resources.ts";

/** The SDK's classes by the type that they register. */
const classes = [
  vault.Mount,
  vault.Audit,
  vault.Policy,
  vault.AuthBackend,
  vault.kubernetes.AuthBackendConfig,
  vault.kubernetes.AuthBackendRole,
  vault.kv.SecretV2,
  vault.kv.SecretBackendV2,
  vault.pkisecret.SecretBackendRootCert,
  vault.pkisecret.SecretBackendRole,
  vault.pkisecret.SecretBackendConfigUrls,
  vault.pkisecret.SecretBackendCert,
  vault.pkisecret.SecretBackendIntermediateCertRequest,
  vault.transit.SecretBackendKey,
];

describe.each(Object.entries(vaultResources))("%s", (type, resource) => {
  const found = classes.find((candidate) => candidate.isInstance({ __pulumiType: type }));

  test("is a type of the SDK, and each of its fields is an input there", () => {
    // The constructor's text names every input: args?.name.
    const text = String(found);
    expect(text).toContain("resourceInputs");
    const missing = Object.keys(resource.fields).filter((name) => !text.includes(`args?.${name}`));
    expect(missing).toEqual([]);
    const madeUp = (resource.made ?? []).filter((name) => !text.includes(`"${name}"`));
    expect(madeUp).toEqual([]);
  });

  test("has an id that names the inputs by which it is imported", () => {
    const names = [...resource.place.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const inputs = Object.fromEntries(names.map((name) => [name, `a-${name}`]));
    expect(inputsOfPlace(resource, placeOf(resource, inputs))).toEqual(inputs);
  });

  test("is made anew where its id changes", () => {
    const names = [...resource.place.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    expect(names.filter((name) => resource.fields[name]?.replace !== true)).toEqual([]);
  });
});

test("a login without a path has its type's", () => {
  const resource = resourceOf("vault:index/authBackend:AuthBackend");
  expect(placeOf(resource, effectiveInputs(resource, { type: "kubernetes" }))).toBe("kubernetes");
  expect(placeOf(resource, effectiveInputs(resource, { type: "kubernetes", path: "kubernetes-dc1" }))).toBe(
    "kubernetes-dc1",
  );
});

test("a type that is not handled is refused by name", () => {
  expect(() => resourceOf("vault:index/token:Token")).toThrow(/^type "vault:index\/token:Token" is not handled/);
});

test("an id of another form says which form it has", () => {
  expect(() => inputsOfPlace(resourceOf("vault:kv/secretV2:SecretV2"), "services/card")).toThrow(
    'id "services/card" is not of the form {mount}/data/{name}',
  );
});
