import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { generated, supplied } from "../components/index.ts";
import { checkVault, suppliedSecrets } from "../suppliedSecrets.ts";
import { RemoteError } from "../vaultClient/remoteError.ts";
import { resolved } from "./support/fixtures.ts";
import { type Answer, HttpsServer } from "./support/httpsServer.ts";
import { VaultServer } from "./support/vaultServer.ts";

const services = [
  resolved({
    secrets: { API_KEY: supplied({ description: "Key of the acquirer" }), DB_PASSWORD: generated() },
  }),
  resolved({ name: "mail", secrets: { SMTP_PASSWORD: supplied({ description: "Password of the relay" }) } }),
];
const secrets = suppliedSecrets(services);
const planted = "planted-supplied-value";

let vault = new VaultServer();
const server = await HttpsServer.start((asked) => vault.handle(asked));
const another = await HttpsServer.start(() => [200, {}]);
const folder = await mkdtemp(join(tmpdir(), "gemelos-trust-"));
const trusted = join(folder, "ca.pem");
const foreign = join(folder, "other.pem");
await writeFile(trusted, server.certificate);
await writeFile(foreign, another.certificate);

const environment = { VAULT_TOKEN: "operator", VAULT_CACERT: trusted };
const site = {
  name: "dc1",
  file: "Pulumi.dc1.yaml",
  vault: { address: server.address, caCertificate: server.certificate },
};
const which = `the Vault of dc1 (${server.address})`;

beforeEach(() => {
  vault = new VaultServer();
  for (const { path } of secrets) vault.put(path, planted, "2026-11-01T00:00:00Z");
  server.asked.length = 0;
});

afterAll(async () => {
  await Promise.all([server.stop(), another.stop(), rm(folder, { recursive: true })]);
});

/** What a person reads; empty where nothing is wrong. */
async function refusal(more: { env?: NodeJS.ProcessEnv; of?: typeof site } = {}): Promise<string> {
  try {
    await checkVault(more.of ?? site, secrets, more.env ?? environment);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(RemoteError);
    return error instanceof Error ? error.message : "";
  }
}

const newestOf = (path: string) => vault.secrets.get(path)?.at(-1);

test("a supplied secret is where it is in Vault, with the words that name it on the command line; the site's own first", () => {
  expect(secrets).toEqual([
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

describe("with every value there", () => {
  test("nothing is said; the names of fields are read, and no value", async () => {
    expect(await refusal()).toBe("");
    expect(server.asked.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /v1/auth/token/lookup-self",
      ...secrets.map(({ path }) => `GET /v1/services/subkeys/${path}`).sort(),
    ]);
  });

  test("an operating system's authority is enough without VAULT_CACERT only if it is known there", async () => {
    expect(await refusal({ env: { VAULT_TOKEN: "operator" } })).toBe(
      `the provider would not trust ${which}: VAULT_CACERT is not set, and the operating system does not know the authority of its certificate; write gemelos:site.vault.caCertificate of Pulumi.dc1.yaml into a file, and set VAULT_CACERT to its path`,
    );
    expect(await refusal({ env: { VAULT_TOKEN: "operator", VAULT_CAPATH: folder } })).toBe("");
  });
});

describe("missing values are told at once, with the command that puts each", () => {
  const commands = [
    "  npm run secrets -- put --site dc1 --key registry   # ",
    "  npm run secrets -- put --site dc1 --service receipts --key API_KEY   # ",
    "  npm run secrets -- put --site dc1 --service mail --key SMTP_PASSWORD   # ",
  ] as const;

  test("never written", async () => {
    vault.secrets.clear();
    const [first, ...lines] = (await refusal()).split("\n");
    expect(first).toBe(`3 secrets await an operator's value in ${which}; put what is missing and run again:`);
    expect(lines).toEqual([
      expect.stringMatching(/# never written: .*USER:PASSWORD/),
      `${commands[1]}never written: Key of the acquirer`,
      `${commands[2]}never written: Password of the relay`,
    ]);
    expect(lines[0]?.startsWith(commands[0])).toBe(true);
  });

  test("deleted", async () => {
    const newest = newestOf("declarations/receipts/API_KEY");
    if (newest !== undefined) newest.deletion_time = "2026-11-02T00:00:00Z";
    expect(await refusal()).toBe(
      `1 secret awaits an operator's value in ${which}; put what is missing and run again:\n${commands[1]}its newest version is deleted: Key of the acquirer`,
    );
  });

  test("written by hand under another field", async () => {
    vault.field = "password";
    expect(await refusal()).toContain(`${commands[1]}has no field "value": Key of the acquirer`);
  });

  test("the mount absent: with the way to make it", async () => {
    vault.mounted = false;
    const [first, ...lines] = (await refusal()).split("\n");
    expect(first).toBe(`${which} has no mount "services", so 3 secrets await an operator's value.`);
    expect(lines[0]).toMatch(/gemelos:releases: \{\} in Pulumi\.dc1\.yaml.*docs\/secrets\.md/);
    expect(lines.slice(-2)).toEqual([`${commands[1]}Key of the acquirer`, `${commands[2]}Password of the relay`]);
  });

  test("denied, beside one that is missing: both are told", async () => {
    vault.denied.add("services/subkeys/declarations/receipts/API_KEY");
    vault.secrets.delete("declarations/mail/SMTP_PASSWORD");
    expect((await refusal()).split("\n")).toEqual([
      `${which} does not let the token in VAULT_TOKEN see whether this secret is there:`,
      "  services/subkeys/declarations/receipts/API_KEY",
      "its policy is another one, or older than the catalogue; write the policy anew and use a token that has it:",
      "  npm run -s secrets -- policy --site dc1 | vault policy write gemelos-deployment -",
      `1 secret awaits an operator's value in ${which}; put what is missing and run again:`,
      `${commands[2]}never written: Password of the relay`,
    ]);
  });
});

describe("a Vault that cannot be asked is one message, and no secret is asked for", () => {
  const answer = (failure: Answer) => async () => {
    vault.failure = failure;
    return refusal();
  };
  test.each<[string, () => Promise<string>, RegExp]>([
    ["sealed", answer([503, { errors: ["Vault is sealed"] }]), / is sealed; unseal it/],
    ["behind a balancer without a server", answer([503, "no server"]), / answered 503 at auth\/token\/lookup-self/],
    ["in trouble", answer([500, { errors: ["no leader"] }]), / answered 500 .*\(no leader\); see its log/],
    [
      "an expired token",
      () => refusal({ env: { ...environment, VAULT_TOKEN: "expired" } }),
      / does not know the token in VAULT_TOKEN: it has expired, was revoked, .*vault login/,
    ],
    [
      "a token without any policy",
      () => {
        vault.denied.add("auth/token/lookup-self");
        return refusal();
      },
      / denies the token in VAULT_TOKEN at auth\/token\/lookup-self: .* npm run secrets -- policy --site dc1/,
    ],
    [
      "down",
      () => refusal({ of: { ...site, vault: { ...site.vault, address: "https://127.0.0.1:1" } } }),
      / cannot be reached \(ECONNREFUSED\); start it, or correct gemelos:site\.vault\.address of Pulumi\.dc1\.yaml/,
    ],
    [
      "with another authority than the site's",
      () => refusal({ of: { ...site, vault: { ...site.vault, caCertificate: another.certificate } } }),
      / has a certificate that is not signed by gemelos:site\.vault\.caCertificate of Pulumi\.dc1\.yaml/,
    ],
  ])("%s", async (_, ask, says) => {
    const message = await ask();
    expect(message).toMatch(/^the Vault of dc1 \(https:\/\/127\.0\.0\.1:\d+\) /);
    expect(message).toMatch(says);
    expect(message.split("\n")).toHaveLength(1);
    expect(server.asked.filter(({ path }) => path.includes("subkeys"))).toEqual([]);
  });

  test.each([{}, { VAULT_TOKEN: "" }])("no token: %j", async (token) => {
    const message = await refusal({ env: { VAULT_CACERT: trusted, ...token } });
    expect(message).toBe(`VAULT_TOKEN is not set; log in to ${which} (vault login) and export the token`);
    expect(server.asked).toEqual([]);
  });

  test.each([
    [foreign, `its certificate is not signed by an authority in ${foreign}, which VAULT_CACERT names (`],
    [join(folder, "none.pem"), `VAULT_CACERT names ${join(folder, "none.pem")}, which cannot be read (ENOENT)`],
  ])("VAULT_CACERT is %s", async (file, says) => {
    const message = await refusal({ env: { ...environment, VAULT_CACERT: file } });
    expect(message).toContain(`the provider would not trust ${which}: ${says}`);
    expect(message).toContain("write gemelos:site.vault.caCertificate of Pulumi.dc1.yaml into a file");
    expect(server.asked.filter(({ path }) => path.includes("subkeys"))).toEqual([]);
  });
});

test("no message holds a token or a value", async () => {
  vault.failure = [500, { errors: ["trouble"] }];
  const token = "hvs.planted-token";
  expect(await refusal({ env: { ...environment, VAULT_TOKEN: token } })).not.toContain(token);
});
