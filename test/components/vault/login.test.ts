import { expect, test } from "vitest";
import { loginRoles } from "../../../components/vault/login.ts";

const domains = { public: "tax.example", internal: "dc1.tax.example" };

test("whoever logs in gets one policy, by a token made for Vault, for a short time, and not the default policy", () => {
  const roles = Object.entries(loginRoles(domains));
  expect(roles.map(([name]) => name)).toEqual(["gemelos-services", "gemelos-registry", "gemelos-hosts"]);
  for (const [name, role] of roles) {
    expect(role).toMatchObject({
      audience: "vault",
      token_policies: [name],
      token_no_default_policy: true,
      token_period: 0,
      alias_name_source: "serviceaccount_uid",
    });
    expect(role.token_ttl).toBeLessThanOrEqual(15 * 60);
    expect(role.token_max_ttl).toBeLessThanOrEqual(60 * 60);
  }
});

test("the registry's credentials are for one account of a namespace, and for no service", () => {
  expect(loginRoles(domains)["gemelos-registry"]?.bound_service_account_names).toEqual(["registry-credentials"]);
});

test("for a host logs in an account with the host's own name, which no service's can be: a dot is in it", () => {
  expect(loginRoles(domains)["gemelos-hosts"]?.bound_service_account_names).toEqual([
    "*.tax.example",
    "*.dc1.tax.example",
  ]);
});
