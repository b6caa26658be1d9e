import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { generated, supplied } from "../components/index.ts";
import { checkVault, suppliedSecrets } from "../suppliedSecrets.ts";
import { RemoteError } from "../vaultClient/remoteError.ts";
import { requestsOfProgram } from "./fixtures/vaultRequests.ts";
import { site as fixture, resolved } from "./support/fixtures.ts";
import { type Answer, HttpsServer } from "./support/httpsServer.ts";
import { VaultServer } from "./support/vaultServer.ts";

const services = [
  resolved({
    secrets: { API_KEY: supplied({ description: "Key of the acquirer" }), DB_PASSWORD: generated() },
  }),
  resolved({ name: "portal", exposure: { host: "api" } }),
  resolved({ name: "mail", secrets: { SMTP_PASSWORD: supplied({ description: "Password of the relay" }) } }),
];
const exposedSite = { domains: fixture.domains, exposure: fixture.exposure };
const secrets = suppliedSecrets(services, exposedSite);
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
  vault: { address: server.address, caCertificate: server.certificate, authMount: "kubernetes-dc1" },
  domains: { public: "tax.example", internal: "dc1.tax.example" },
  kubernetes: { address: "https://kubernetes.dc1.tax.example:6443", caCertificate: another.certificate },
};
const which = `the Vault of dc1 (${server.address})`;

beforeEach(() => {
  vault = new VaultServer();
  vault.setUp(site);
  for (const { path, fields } of secrets) {
    const values = fields.length === 1 ? undefined : Object.fromEntries(fields.map((field) => [field, planted]));
    vault.put(path, planted, "2026-11-01T00:00:00Z", values);
  }
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
    {
      ...{ path: "sites/registry", description: expect.stringContaining("USER:PASSWORD"), arguments: "--key registry" },
      fields: ["value"],
    },
    {
      path: "declarations/receipts/API_KEY",
      description: "Key of the acquirer",
      arguments: "--service receipts --key API_KEY",
      fields: ["value"],
    },
    {
      path: "declarations/mail/SMTP_PASSWORD",
      description: "Password of the relay",
      arguments: "--service mail --key SMTP_PASSWORD",
      fields: ["value"],
    },
    {
      path: "hosts/api.tax.example",
      description: "the host's certificate with its chain, and its key",
      arguments: "--host api.tax.example --certificate FILE --key FILE",
      fields: ["certificate", "key"],
    },
  ]);
});

describe("with every value there", () => {
  test("nothing is said; the names of fields are read, and no value", async () => {
    expect(await refusal()).toBe("");
    expect(server.asked.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      [
        ...requestsOfProgram.once.map((request) => request.replace("read ", "")),
        ...secrets.map(({ path }) => `services/subkeys/${path}`),
      ]
        .map((path) => `GET /v1/${path}`)
        .sort(),
    );
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
    "  npm run secrets -- put --site dc1 --host api.tax.example --certificate FILE --key FILE   # ",
  ] as const;

  test("never written", async () => {
    vault.secrets.clear();
    const [first, ...lines] = (await refusal()).split("\n");
    expect(first).toBe(`4 secrets await an operator's value in ${which}; put what is missing and run again:`);
    expect(lines).toEqual([
      expect.stringMatching(/# never written: .*USER:PASSWORD/),
      `${commands[1]}never written: Key of the acquirer`,
      `${commands[2]}never written: Password of the relay`,
      `${commands[3]}never written: the host's certificate with its chain, and its key`,
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

  test("a host's pair of which somebody wrote one half by hand", async () => {
    vault.put("hosts/api.tax.example", planted, "2026-11-01T00:00:00Z", { certificate: planted });
    expect(await refusal()).toContain(`${commands[3]}has no fields "certificate" and "key": the host's`);
  });

  test("a Vault in which nothing is: with the way to set it up, and then to fill it", async () => {
    vault = new VaultServer();
    vault.mounted = false;
    expect((await refusal()).split("\n").map((line) => line.replace(/: [^:]*acquirer$/, ""))).toEqual([
      `${which} is not set up as services need it:`,
      '  the mount "services" is not there',
      "  auth/kubernetes-dc1 is not there",
      ...setupRemedy,
      `no service can log in to ${which}:`,
      "  auth/kubernetes-dc1/config is not there",
      ...reviewerRemedy,
      `4 secrets await an operator's value in ${which}; put what is missing and run again:`,
      expect.stringMatching(/# no mount: .*USER:PASSWORD/),
      `${commands[1]}no mount`,
      `${commands[2]}no mount: Password of the relay`,
      `${commands[3]}no mount: the host's certificate with its chain, and its key`,
    ]);
  });

  test("denied, beside one that is missing: both are told", async () => {
    vault.denied.add("services/subkeys/declarations/receipts/API_KEY");
    vault.secrets.delete("declarations/mail/SMTP_PASSWORD");
    expect((await refusal()).split("\n")).toEqual([
      `${which} does not let the token in VAULT_TOKEN see whether this is there:`,
      "  services/subkeys/declarations/receipts/API_KEY",
      "its policy is another one, or older than the catalogue; write the policy anew and use a token that has it:",
      "  npm run -s secrets -- policy --site dc1 | vault policy write gemelos-deployment -",
      `1 secret awaits an operator's value in ${which}; put what is missing and run again:`,
      `${commands[2]}never written: Password of the relay`,
    ]);
  });
});

const setupRemedy = [
  "an operator of that Vault, and no deployment, runs the script that this prints (docs/secrets.md):",
  "  npm run -s secrets -- setup --site dc1",
];
const reviewerRemedy = [
  "an operator runs this, with the reviewer's token on standard input (docs/secrets.md):",
  "  npm run secrets -- set-token-reviewer --site dc1",
];

describe("what an operator sets up is told if it is missing or has been changed", () => {
  const login = "auth/kubernetes-dc1/role/gemelos-services";
  const change = (path: string, fields: object) => vault.others.set(path, { ...vault.others.get(path), ...fields });

  test.each<[string, string, object | undefined, string]>([
    ["no policy", "sys/policies/acl/gemelos-services", undefined, "is not there"],
    [
      "a wider policy",
      "sys/policies/acl/gemelos-services",
      { policy: 'path "*" {}' },
      "is not as it should be: policy",
    ],
    ["no role", login, undefined, "is not there"],
    ["a role with another policy", login, { token_policies: ["root"] }, "is not as it should be: token_policies"],
    ["a role for any audience", login, { audience: "" }, "is not as it should be: audience"],
    ["a role with long-lived tokens", login, { token_max_ttl: 0 }, "is not as it should be: token_max_ttl"],
    ["a role with endless tokens", login, { token_period: 3600 }, "is not as it should be: token_period"],
    [
      "the default policy, too",
      login,
      { token_no_default_policy: false },
      "is not as it should be: token_no_default_policy",
    ],
    ["no registry's role", "auth/kubernetes-dc1/role/gemelos-registry", undefined, "is not there"],
    ["no PKI role", "pki/roles/certificate", undefined, "is not there"],
    [
      "a PKI role for any name",
      "pki/roles/private-key",
      { allow_any_name: true },
      "is not as it should be: allow_any_name",
    ],
  ])("%s", async (_, path, fields, says) => {
    if (fields === undefined) vault.others.delete(path);
    else change(path, fields);
    expect((await refusal()).split("\n")).toEqual([
      `${which} is not set up as services need it:`,
      `  ${path} ${says}`,
      ...setupRemedy,
    ]);
  });

  test("the mount was made anew, so that the policy names another", async () => {
    change("sys/mounts/auth/kubernetes-dc1", { accessor: "auth_kubernetes_00000000" });
    expect(await refusal()).toContain("sys/policies/acl/gemelos-services is not as it should be: policy");
  });

  test.each([
    ["no reviewer's token", { token_reviewer_jwt_set: false }, "token_reviewer_jwt_set"],
    ["another API server", { kubernetes_host: "https://127.0.0.1" }, "kubernetes_host"],
    ["annotations as metadata", { use_annotations_as_alias_metadata: true }, "use_annotations_as_alias_metadata"],
  ])("%s", async (_, fields, named) => {
    change("auth/kubernetes-dc1/config", fields);
    expect((await refusal()).split("\n")).toEqual([
      `no service can log in to ${which}:`,
      `  auth/kubernetes-dc1/config is not as it should be: ${named}`,
      ...reviewerRemedy,
    ]);
  });

  test("a token that may not see it is told which paths", async () => {
    vault.denied.add(login);
    expect((await refusal()).split("\n").slice(0, 2)).toEqual([
      `${which} does not let the token in VAULT_TOKEN see whether this is there:`,
      `  ${login}`,
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
