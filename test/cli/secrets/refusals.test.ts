import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../support/httpsServer.ts";
import { card, gateway, refused, refusedWith, SecretsCommand } from "../../support/secretsCommand.ts";

const command = await SecretsCommand.start();
beforeEach(() => command.reset());
afterAll(() => command.stop());

describe("a Vault that does not answer as it should", () => {
  it.each<[string, Answer, RegExp]>([
    ["sealed", [503, { errors: ["Vault is sealed"] }], / is sealed; unseal it/],
    [
      "in trouble",
      [500, { errors: ["1 error occurred:\n\t* no leader\n\n"] }],
      / answered 500 at \S*auth\/kubernetes-dc1.*no leader/,
    ],
    ["no Vault at all", [418, "teapot"], / answered 418 /],
  ])("%s", async (_, failure, says) => {
    command.vault.failure = failure;
    const result = await command.run(card("status"));
    expect(result.stderr.startsWith(`error: the Vault of dc1 (${command.vaultServer.address}) `)).toBe(true);
    expect(result.stderr).toMatch(says);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("an expired token", async () => {
    const result = await command.run(card("status"), { env: { VAULT_TOKEN: "expired" } });
    expect(result.stderr).toMatch(/does not know the token in VAULT_TOKEN: it has expired, .*vault login/);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("a token without the policy", async () => {
    command.vault.denied.add(`services/metadata/${gateway}`);
    const result = await command.run(card("status"));
    expect(result.stderr).toMatch(
      /denies the token in VAULT_TOKEN at services\/metadata\/payments\/card-payments.* npm run secrets -- policy --site dc1 --for secrets/,
    );
    expect(refusedWith(result)).toEqual(refused);
  });

  it("no mount: the site was never deployed", async () => {
    command.vault.mounted = false;
    const result = await command.run(card("status"));
    expect(result.stderr).toMatch(/has no (auth )?mount .*secrets -- setup --site dc1/);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("no token", async () => {
    const result = await command.run(card("status"), { env: { VAULT_TOKEN: "" } });
    expect(result.stderr).toMatch(/^error: VAULT_TOKEN is not set; .*vault login/);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("nobody listens", async () => {
    const result = await command.run([...card("status"), "--address", "https://127.0.0.1:1"]);
    expect(result.stderr).toMatch(/^error: the Vault of dc1 .*reached \(ECONNREFUSED\).*gemelos:site\.vault\.address/);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("another Vault, whose certificate the site does not vouch for", async () => {
    const result = await command.run([...card("status"), "--address", command.cluster.address]);
    expect(result.stderr).toMatch(
      /^error: the Vault of dc1 .*certificate .*gemelos:site\.vault\.caCertificate of Pulumi\.dc1\.yaml/,
    );
    expect(refusedWith(result)).toEqual(refused);
    expect(command.cluster.asked).toEqual([]);
  });

  it("a way to it without TLS", async () => {
    const result = await command.run([...card("status"), "--address", "http://127.0.0.1:8200"]);
    expect(result.stderr).toMatch(/must be an https URL/);
    expect(result.code).toBe(2);
  });
});

describe("names of nothing", () => {
  it.each<[readonly string[], RegExp]>([
    [["status", "--service", "nope"], /^error: --service: .*no service of this name; .*card-payments, notifications,/],
    [["status", "--key", "NOPE"], /^error: --key: neither the site nor a service has .*; .*registry, DB_PASSWORD,/],
    [card("put", "NOPE"), /^error: --key: card-payments has no .*; .*DB_PASSWORD, GATEWAY_API_KEY, SIGNING_KEY/],
    [["put", "--service", "card-payments"], /required option '--key <name>' not specified/],
    [
      ["put", "--key", "DB_PASSWORD"],
      /^error: --service: .*missing; DB_PASSWORD .*card-payments, tax-declarations, taxpayer-registry/,
    ],
    [["frobnicate"], /unknown command '\[not shown\]'/],
  ])("%s", async (args, says) => {
    const result = await command.run(args);
    expect(result.stderr).toMatch(says);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("a site that is none", async () => {
    const { code, stderr } = await command.project.run("secrets", "status", "--site", "dc9");
    expect(stderr).toMatch(/^error: --site: unknown site "dc9"; .*dc1, dc2/);
    expect(code).toBe(2);
  });
});
