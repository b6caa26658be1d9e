import { describe, expect, test } from "vitest";
import { policyText, registryPolicy, servicesPolicy } from "../../../components/vault/policy.ts";

const accessor = "auth_kubernetes_5f7a1c2e";
const name = `{{identity.entity.aliases.${accessor}.metadata.service_account_name}}`;
const namespace = `{{identity.entity.aliases.${accessor}.metadata.service_account_namespace}}`;
const ownToken = [
  { path: "auth/token/lookup-self", capabilities: ["read"] },
  { path: "auth/token/renew-self", capabilities: ["update"] },
  { path: "auth/token/revoke-self", capabilities: ["update"] },
];

test("a service reads what lies below its account's namespace and name, has keys issued, and nothing else", () => {
  const allowedParameters = ["common_name", "alt_names", "ttl", "private_key_format"];
  expect(servicesPolicy(accessor)).toEqual([
    { path: `services/data/${namespace}/${name}/*`, capabilities: ["read"] },
    { path: "pki/issue/certificate", capabilities: ["update"], allowedParameters },
    { path: "pki/issue/private-key", capabilities: ["update"], allowedParameters },
    ...ownToken,
  ]);
});

test("the registry's credentials are read, and nothing else", () => {
  expect(registryPolicy()).toEqual([{ path: "services/data/sites/registry", capabilities: ["read"] }, ...ownToken]);
});

describe("as HCL", () => {
  test("rules with and without parameters", () => {
    const rules = [
      { path: "a/*", capabilities: ["create", "read"] as const },
      { path: "b", capabilities: ["update"] as const, allowedParameters: ["ttl"] },
    ];
    expect(policyText(rules)).toBe(
      'path "a/*" {\n  capabilities = ["create", "read"]\n}\n\npath "b" {\n  capabilities = ["update"]\n  allowed_parameters = {\n    "ttl" = []\n  }\n}\n',
    );
  });
});
