import * as vaultProvider from "@pulumi/vault";
import { describe, expect, test } from "vitest";
import { checkSupplied, generated, supplied, suppliedPlaces } from "../components/index.ts";
import { answeredCall } from "../recorder/offlineReads.ts";
import type { PlainObject } from "../recorder/registeredResource.ts";
import { microservice, vault } from "./support/fixtures.ts";
import { record } from "./support/record.ts";

const services = [
  microservice({
    secrets: { API_KEY: supplied({ description: "Key of the acquirer" }), DB_PASSWORD: generated() },
  }),
  microservice({ name: "mail", secrets: { SMTP_PASSWORD: supplied({ description: "Password of the relay" }) } }),
];
const site = { name: "dc1", file: "Pulumi.dc1.yaml", vault };

/** What a person reads when Vault answers so, and what was registered by then. */
async function refusal(call: (token: string, args: PlainObject) => PlainObject | undefined) {
  let message = "";
  const { registrations } = await record(
    async () => {
      const provider = new vaultProvider.Provider("vault", { address: vault.address });
      await checkSupplied(site, suppliedPlaces(services), provider).catch((error: Error) => {
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

test("a supplied secret is where it is in Vault, with the words that name it on the command line", () => {
  expect(suppliedPlaces(services)).toEqual([
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
    expect(message).toBe(
      [
        "2 secrets await an operator's value in the Vault of dc1. Nothing was changed. Fill and run again:",
        "  npm run secrets -- put --site dc1 --service receipts --key API_KEY   # Key of the acquirer",
        "  npm run secrets -- put --site dc1 --service mail --key SMTP_PASSWORD   # Password of the relay",
      ].join("\n"),
    );
    expect(types).toEqual(nothingBut);
  });

  test("the sandbox's provider says the same in other words", async () => {
    const { message } = await refusal(fails("there is no secret services/declarations/receipts/API_KEY"));
    expect(message).toMatch(/^2 secrets await/);
  });

  test("a secret that is there without the field counts as missing: a deleted version has none", async () => {
    const { message } = await refusal((_, args) => ({ ...args, dataJson: '{"other":null}' }));
    expect(message).toMatch(/^2 secrets await/);
  });

  test.each([
    ["Error making API request. Code: 503. Errors: * Vault is sealed", "is sealed: unseal it and run again"],
    ["Code: 403. Errors: * permission denied", "denies the token in VAULT_TOKEN"],
    ["no vault token set on Client", "set VAULT_TOKEN"],
    ["VAULT_TOKEN is not set; log in to Vault and set it", "set VAULT_TOKEN"],
    ["ENOENT: no such file or directory, open '/etc/vault-ca.pem'", "set VAULT_CACERT"],
    ["Vault at https://10.1.20.15:8200 cannot be reached: connect ECONNREFUSED", "start it, or correct"],
    ["dial tcp 10.1.20.15:8200: connect: connection refused", "cannot be reached"],
    ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "set VAULT_CACERT"],
    ["something that nobody has seen", "could not be asked: something that nobody has seen"],
  ])("%s is one clear message, and nothing is changed", async (reason, says) => {
    const { message, types } = await refusal(fails(reason));
    expect(message).toContain("the Vault of dc1 (https://vault.dc1.tax.example:8200)");
    expect(message).toContain(says);
    expect(message).toContain("Nothing was changed.");
    expect(message.split("\n")).toHaveLength(1);
    expect(types).toEqual(nothingBut);
  });
});
