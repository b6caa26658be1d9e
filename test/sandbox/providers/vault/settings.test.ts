import { describe, expect, test } from "vitest";
import { readAddress, settingsDifference, settingsFailures } from "../../../../sandbox/providers/vault/settings.ts";

const address = "https://vault.dc1.tax.example:8200";

test("the address is an input, the token comes from the environment only", () => {
  expect(readAddress({ address, maxRetries: "4" }, { VAULT_TOKEN: "t" })).toEqual({
    address,
    token: "t",
    ca: undefined,
    serverName: undefined,
    maxRetries: 4,
    childTokenSeconds: 1200,
  });
  expect(settingsFailures({ address, token: "t" })).toEqual([
    {
      property: "token",
      reason: "would be written into the state; leave it out and give VAULT_TOKEN in the environment",
    },
  ]);
});

describe("what is missing is told", () => {
  test.each([
    [{}, { VAULT_TOKEN: "t" }, /has no address/],
    [{ address: "vault" }, { VAULT_TOKEN: "t" }, /has no address/],
    [{ address }, {}, /VAULT_TOKEN is not set/],
    [{ address }, { VAULT_TOKEN: "" }, /VAULT_TOKEN is not set/],
    [{ address, caCertFile: "/nowhere/ca.pem" }, { VAULT_TOKEN: "t" }, /\/nowhere\/ca\.pem/],
  ])("%j %j", (inputs, environment, message) => {
    expect(() => readAddress(inputs, environment)).toThrow(message);
  });
});

test("another address is another Vault", () => {
  const [change] = settingsDifference(
    { address, version: "1" },
    { address: "https://other.example", version: "2" },
  ).changes;
  expect(change).toMatchObject({ path: ["address"], replace: true });
  expect(settingsDifference({ address }, { address, maxRetries: "3" }).changes).toMatchObject([{ replace: false }]);
});
