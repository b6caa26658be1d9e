import { expect, test } from "vitest";
import { loginRoles } from "../../../components/vault/login.ts";

test("whoever logs in gets one policy, by a token made for Vault, for a short time, and not the default policy", () => {
  const roles = Object.entries(loginRoles());
  expect(roles.map(([name]) => name)).toEqual(["gemelos-services", "gemelos-registry"]);
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
  expect(loginRoles()["gemelos-registry"]?.bound_service_account_names).toEqual(["registry-credentials"]);
});
