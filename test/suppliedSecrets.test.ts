import * as vaultProvider from "@pulumi/vault";
import { describe, expect, test } from "vitest";
import { generated, supplied } from "../components/index.ts";
import { answeredCall } from "../recorder/offlineReads.ts";
import type { PlainObject } from "../recorder/registeredResource.ts";
import { checkSuppliedSecrets, suppliedSecrets } from "../suppliedSecrets.ts";
import { resolved, vault } from "./support/fixtures.ts";
import { record } from "./support/record.ts";

const services = [
  resolved({
    secrets: { API_KEY: supplied({ description: "Key of the acquirer" }), DB_PASSWORD: generated() },
  }),
  resolved({ name: "mail", secrets: { SMTP_PASSWORD: supplied({ description: "Password of the relay" }) } }),
];
const site = { name: "dc1", file: "Pulumi.dc1.yaml", vault };

/** What a person reads when Vault answers so, and what was registered by then. */
async function refusal(call: (token: string, args: PlainObject) => PlainObject | undefined) {
  let message = "";
  const { registrations } = await record(
    async () => {
      const provider = new vaultProvider.Provider("vault", { address: vault.address });
      await checkSuppliedSecrets(site, suppliedSecrets(services), provider).catch((error: Error) => {
        message = error.message;
      });
    },
    { call },
  );
  return { message, types: registrations.map(({ type }) => type).sort() };
}

const fails = (reason: string) => () => {
  throw new Error(reason);
};
const nothingBut = ["pulumi:providers:vault", "pulumi:pulumi:Stack"];

test("a supplied secret is where it is in Vault, with the words that name it on the command line; the site's own first", () => {
  expect(suppliedSecrets(services)).toEqual([
    { path: "sites/registry", description: expect.stringContaining("USER:PASSWORD"), arguments: "--key registry" },
    {
      path: "declarations/receipts/API_KEY",
      description: "Key of the acquirer",
      arguments: "--service receipts --key API_KEY",
    },
    {
      path: "declarations/mail/SMTP_PASSWORD",
      description: "Password of the relay",
      arguments: "--service mail --key SMTP_PASSWORD",
    },
  ]);
});

describe("before the first change", () => {
  test("with every value there, nothing is said", async () => {
    expect((await refusal(answeredCall)).message).toBe("");
  });

  test("it asks for the names of fields, and for no value", async () => {
    const asked: string[] = [];
    await refusal((token, args) => {
      asked.push(token);
      return answeredCall(token, args);
    });
    expect(new Set(asked)).toEqual(new Set(["vault:kv/getSecretSubkeysV2:getSecretSubkeysV2"]));
  });

  test("all missing ones are said at once, with the commands that fill them", async () => {
    const { message, types } = await refusal(fails('no secret found at "services/subkeys/..."'));
    const [first, ...commands] = message.split("\n");
    expect(first).toMatch(/^3 secrets .*Vault of dc1.*Nothing was changed/);
    expect(commands.map((line) => line.trim().split(/ +# /))).toEqual([
      ["npm run secrets -- put --site dc1 --key registry", expect.stringContaining("USER:PASSWORD")],
      ["npm run secrets -- put --site dc1 --service receipts --key API_KEY", "Key of the acquirer"],
      ["npm run secrets -- put --site dc1 --service mail --key SMTP_PASSWORD", "Password of the relay"],
    ]);
    expect(types).toEqual(nothingBut);
  });

  test("the sandbox's provider says the same in other words", async () => {
    const { message } = await refusal(fails("there is no secret services/declarations/receipts/API_KEY"));
    expect(message).toMatch(/^3 secrets /);
  });

  test("a secret that is there without the field counts as missing: a deleted version has none", async () => {
    const { message } = await refusal((_, args) => ({ ...args, dataJson: '{"other":null}' }));
    expect(message).toMatch(/^3 secrets /);
  });

  test.each([
    ["Error making API request. Code: 503. Errors: * Vault is sealed", /sealed.*unseal/],
    ["Code: 403. Errors: * permission denied", /VAULT_TOKEN.*vault login/],
    ["no vault token set on Client", /set VAULT_TOKEN/],
    ["VAULT_TOKEN is not set; log in to Vault and set it", /set VAULT_TOKEN/],
    ["ENOENT: no such file or directory, open '/etc/vault-ca.pem'", /set VAULT_CACERT/],
    [
      "Vault at https://10.1.20.15:8200 cannot be reached: connect ECONNREFUSED",
      /start it.*gemelos:site\.vault\.address.*Pulumi\.dc1\.yaml/,
    ],
    ["dial tcp 10.1.20.15:8200: connect: connection refused", /reach/],
    ["tls: failed to verify certificate: x509: certificate signed by unknown authority", /set VAULT_CACERT/],
    ["something that nobody has seen", /: something that nobody has seen/],
  ])("%s is one clear message, and nothing is changed", async (reason, says) => {
    const { message, types } = await refusal(fails(reason));
    expect(message).toContain("the Vault of dc1 (https://vault.dc1.tax.example:8200)");
    expect(message).toMatch(says);
    expect(message).toContain("Nothing was changed.");
    expect(message.split("\n")).toHaveLength(1);
    expect(types).toEqual(nothingBut);
  });
});
