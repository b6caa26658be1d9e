import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { at } from "../../recorder/registeredResource.ts";
import { type Answer, type Asked, HttpsServer } from "../support/httpsServer.ts";
import { type CommandResult, ProjectCopy } from "../support/projectCopy.ts";
import { VaultServer } from "../support/vaultServer.ts";

const planted = "planted-hunter2-value";
const gateway = "payments/card-payments/GATEWAY_API_KEY";
const database = "declarations/tax-declarations/DB_PASSWORD";

let project: ProjectCopy;
let vault: VaultServer;
let vaultServer: HttpsServer;
let cluster: HttpsServer;
let clusterAnswers: (asked: Asked) => Answer;
const outputs: string[] = [];

beforeAll(async () => {
  project = await ProjectCopy.create();
  vaultServer = await HttpsServer.start((asked) => vault.handle(asked));
  cluster = await HttpsServer.start((asked) => clusterAnswers(asked));
  const file = parseDocument(await project.read("Pulumi.dc1.yaml"));
  file.setIn(["config", "gemelos:site", "vault", "caCertificate"], vaultServer.certificate);
  await project.write("Pulumi.dc1.yaml", file.toString({ lineWidth: 0 }));
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "dc1",
        cluster: { server: cluster.address, "certificate-authority-data": btoa(cluster.certificate) },
      },
    ],
    users: [{ name: "operator", user: { token: "t" } }],
    contexts: [{ name: "tax-dc1", context: { cluster: "dc1", user: "operator" } }],
  };
  await project.write("kubeconfig", JSON.stringify(kubeconfig));
});
afterAll(async () => {
  await Promise.all([vaultServer.stop(), cluster.stop(), project.dispose()]);
  for (const output of outputs) expect(output).not.toContain(planted);
});
beforeEach(() => {
  vault = new VaultServer();
  vaultServer.asked.length = 0;
  cluster.asked.length = 0;
  clusterAnswers = ({ method }) =>
    method === "GET"
      ? [200, { metadata: { name: "kube-system", uid: "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11" } }]
      : [200, {}];
});

async function secrets(
  args: readonly string[],
  more: { input?: string | Uint8Array; env?: Record<string, string> } = {},
) {
  const [command = "", ...rest] = args;
  const address = ["policy", "roll"].includes(command) ? [] : ["--address", vaultServer.address];
  const env = { VAULT_TOKEN: "operator", KUBECONFIG: project.path("kubeconfig"), ...more.env };
  const { input = "" } = more;
  const result = await project.runWith({ env, input }, "secrets", command, "--site", "dc1", ...address, ...rest);
  outputs.push(result.stdout, result.stderr);
  return result;
}
const card = (command: string, key = "GATEWAY_API_KEY") => [command, "--service", "card-payments", "--key", key];
const tax = (command: string, key = "DB_PASSWORD") => [command, "--service", "tax-declarations", "--key", key];
const refused = (result: CommandResult) => ({ code: result.code, stdout: result.stdout });

/** What VaultSecrets makes for a service, as Vault then answers. */
function deploy(service: string, namespace: string, ...paths: string[]): void {
  const policy = paths.map((path) => `path "${path}" {\n  capabilities = ["read"]\n}\n`).join("\n");
  vault.others.set(`sys/policies/acl/service-${service}`, { policy });
  vault.others.set(`auth/kubernetes-dc1/role/${service}`, {
    bound_service_account_names: [service],
    bound_service_account_namespaces: [namespace],
    token_policies: [`service-${service}`],
  });
}

describe("status", () => {
  it("says of each secret whether it is there, its version, its age and who may read it, and reads no value", async () => {
    vault.put(gateway, planted, "2026-11-01T00:00:00Z");
    vault.put(gateway, planted, new Date(Date.now() - 3 * 86_400_000).toISOString());
    vault.others.set("auth/kubernetes-dc1/config", { token_reviewer_jwt_set: true });
    vault.others.set("pki/roles/card-payments.SIGNING_KEY", { allowed_domains: [] });
    deploy("card-payments", "payments", `services/data/${gateway}`, "pki/issue/card-payments.SIGNING_KEY");
    const { code, stdout, stderr } = await secrets(["status", "--service", "card-payments"]);
    expect(stderr).toBe("");
    expect(stdout).toBe(
      [
        "service        key              kind        delivery  present  version  age  who may read",
        "card-payments  DB_PASSWORD      generated   files     MISSING  -        -    nobody",
        "card-payments  GATEWAY_API_KEY  supplied    files     yes      2        3 d  payments/card-payments",
        "card-payments  SIGNING_KEY      privateKey  files     yes      -        -    payments/card-payments",
        "",
        "1 missing in dc1:",
        "  card-payments DB_PASSWORD is made by pulumi up --stack dc1",
        "",
      ].join("\n"),
    );
    expect(code).toBe(1);
    expect(vaultServer.asked.filter(({ path }) => path.includes("/data/"))).toEqual([]);
  });

  it("exits 0 where nothing is missing, and tells programs the same as JSON", async () => {
    vault.put("notifications/notifications/SMTP_PASSWORD", planted, "2026-11-01T00:00:00Z");
    vault.others.set("auth/kubernetes-dc1/config", { token_reviewer_jwt_set: true });
    deploy("notifications", "notifications", "services/data/notifications/notifications/SMTP_PASSWORD");
    const { code, stdout } = await secrets(["status", "--service", "notifications", "--format", "json"]);
    expect(JSON.parse(stdout)).toEqual({
      site: "dc1",
      secrets: [
        {
          service: "notifications",
          key: "SMTP_PASSWORD",
          kind: "supplied",
          delivery: "env",
          present: true,
          version: 1,
          created: "2026-11-01T00:00:00.000Z",
          readers: ["notifications/notifications"],
        },
      ],
      warnings: [],
    });
    expect(code).toBe(0);
  });

  it("says the command for what an operator owes, and what keeps everybody from logging in", async () => {
    const { code, stdout } = await secrets(["status", "--service", "receipts"]);
    expect(stdout).toContain("npm run secrets -- put --site dc1 --service receipts --key ARCHIVE_SECRET_KEY");
    expect(stdout).toContain("warning: no service can log in");
    expect(code).toBe(1);
  });

  it("takes a deleted version for missing", async () => {
    vault.put(gateway, planted, "2026-11-01T00:00:00Z");
    for (const version of vault.secrets.get(gateway) ?? []) version.deletion_time = "2026-11-02T00:00:00Z";
    expect((await secrets(card("status"))).stdout).toMatch(/GATEWAY_API_KEY +supplied +files +MISSING +1 /);
  });
});

describe("put", () => {
  it("writes what standard input holds, without the line end that editors add, and shows nothing of it", async () => {
    const { code, stdout, stderr } = await secrets(card("put"), { input: `${planted}\n` });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "card-payments GATEWAY_API_KEY is version 1 in dc1\n",
      stderr: "",
    });
    expect(vault.secrets.get(gateway)?.map(({ value }) => value)).toEqual([planted]);
    expect(cluster.asked).toEqual([]);
  });

  it.each([
    ["two line ends", "a\n\n", "a\n"],
    ["Windows' line end", "a\r\n", "a"],
    ["spaces, which may be meant", " a ", " a "],
    ["several lines", "-----BEGIN\nx\n-----END\n", "-----BEGIN\nx\n-----END"],
    ["other letters", "contraseña€\n", "contraseña€"],
  ])("keeps %s", async (_, input, value) => {
    expect((await secrets(card("put"), { input })).code).toBe(0);
    expect(vault.secrets.get(gateway)?.[0]?.value).toBe(value);
  });

  it("over an older value rolls the pods that have that, and says that it is kept", async () => {
    vault.put(gateway, "old", "2026-11-01T00:00:00Z");
    const { stdout } = await secrets(card("put"), { input: planted });
    expect(stdout).toBe(
      "card-payments GATEWAY_API_KEY is version 2 in dc1; version 1 is kept\nDeployment payments/card-payments is being rolled\n",
    );
    const [, patch] = cluster.asked;
    expect(patch?.path).toBe("/apis/apps/v1/namespaces/payments/deployments/card-payments");
    expect(Object.keys(Object(at(patch?.body, "spec", "template", "metadata", "annotations")))).toEqual([
      "kubectl.kubernetes.io/restartedAt",
    ]);
  });

  it.each<[string, readonly string[], string | Uint8Array, string]>([
    ["nothing", card("put"), "", "secrets: standard input: is empty; pipe the value in (< file)"],
    ["a line end alone", card("put"), "\n", "secrets: standard input: is empty"],
    ["what is no text", card("put"), new Uint8Array([0xff, 0xfe, 0x00]), "is not UTF-8 text"],
    ["a NUL byte", card("put"), "a\0b", "holds a NUL byte"],
    ["too much", card("put"), "x".repeat(65_537), "holds 65537 bytes; a secret has at most 65536"],
    ["a generated key", tax("put"), planted, "DB_PASSWORD is generated; make a new value with rotate, or put one"],
    ["a generated key that nobody made yet", [...tax("put"), "--force"], planted, "run that first"],
    ["an issued key", card("put", "SIGNING_KEY"), planted, "SIGNING_KEY is issued by Vault"],
  ])("refuses %s, and writes nothing", async (_, args, input, says) => {
    const result = await secrets(args, { input });
    expect(result.stderr).toContain(says);
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
    expect(vault.secrets.size).toBe(0);
  });

  it("writes a value that exists elsewhere over a generated one where that is forced", async () => {
    vault.put(database, "generated", "2026-11-01T00:00:00Z");
    const { code } = await secrets([...tax("put"), "--force", "--no-roll"], { input: planted });
    expect(code).toBe(0);
    expect(vault.secrets.get(database)?.map(({ value }) => value)).toEqual(["generated", planted]);
  });

  it("takes no value as an argument", async () => {
    const result = await secrets([...card("put"), "an-argument"]);
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
    expect(vaultServer.asked).toEqual([]);
  });
});

describe("rotate", () => {
  it("makes another value of the stated length and alphabet, keeps the old one, and has the operator read it", async () => {
    vault.put("declarations/tax-declarations/REDIS_PASSWORD", "old", "2026-11-01T00:00:00Z");
    const { code, stdout } = await secrets(tax("rotate", "REDIS_PASSWORD"));
    const [old, current] = vault.secrets.get("declarations/tax-declarations/REDIS_PASSWORD") ?? [];
    expect(old?.value).toBe("old");
    expect(current?.value).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(stdout).not.toContain(current?.value ?? "");
    expect(stdout).toContain("tax-declarations REDIS_PASSWORD is version 2 in dc1; version 1 is kept\n");
    expect(stdout).toContain("External Secrets Operator reads it now");
    const [, patch] = cluster.asked;
    expect(patch?.path).toBe("/apis/external-secrets.io/v1/namespaces/declarations/externalsecrets/tax-declarations");
    expect(Object.keys(Object(at(patch?.body, "metadata", "annotations")))).toEqual(["force-sync"]);
    expect(code).toBe(0);
  });

  it("with --no-roll leaves the pods, and says how they get the value", async () => {
    vault.put(database, "old", "2026-11-01T00:00:00Z");
    const { stdout } = await secrets([...tax("rotate"), "--no-roll"]);
    expect(stdout).toContain("until npm run secrets -- roll --site dc1 --service tax-declarations\n");
    expect(cluster.asked).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["a supplied key", "GATEWAY_API_KEY", "GATEWAY_API_KEY is supplied, so no new value can be made here"],
    ["an issued key", "SIGNING_KEY", "SIGNING_KEY is issued by Vault, which renews it by itself"],
    ["a key that nobody made yet", "DB_PASSWORD", "is made by its first pulumi up"],
  ])("refuses %s", async (_, key, says) => {
    const result = await secrets(card("rotate", key));
    expect(result.stderr).toContain(says);
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
  });

  it("does not overwrite what somebody else wrote in between", async () => {
    vault.put(database, "old", "2026-11-01T00:00:00Z");
    const { handle } = vault;
    vault.handle = (asked) => {
      const answer = handle(asked);
      if (asked.path.includes("/metadata/")) vault.put(database, "of somebody else", "2026-11-01T00:00:01Z");
      return answer;
    };
    const result = await secrets(tax("rotate"));
    expect(result.stderr).toContain("answered 400");
    expect(result.stderr).toContain("check-and-set");
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
    expect(vault.secrets.get(database)?.map(({ value }) => value)).toEqual(["old", "of somebody else"]);
  });
});

describe("rollback", () => {
  beforeEach(() => {
    for (const value of ["first", planted, "third"]) vault.put(database, value, "2026-11-01T00:00:00Z");
  });

  it("writes the version before the newest again, and shows nothing of it", async () => {
    const { code, stdout } = await secrets(tax("rollback"));
    expect(code).toBe(0);
    expect(stdout).toContain("version 2 is written again\ntax-declarations DB_PASSWORD is version 4 in dc1");
    expect(vault.secrets.get(database)?.at(-1)?.value).toBe(planted);
  });

  it("writes the version that is named", async () => {
    await secrets([...tax("rollback"), "--to", "1"]);
    expect(vault.secrets.get(database)?.at(-1)?.value).toBe("first");
  });

  it.each([
    ["3", "3 is no older version of DB_PASSWORD; there are 1 to 2"],
    ["9", "9 is no older version of DB_PASSWORD"],
    ["0", "It must be the number of a version"],
    ["last", "It must be the number of a version"],
  ])("refuses version %s", async (version, says) => {
    const result = await secrets([...tax("rollback"), "--to", version]);
    expect(result.stderr).toContain(says);
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
  });

  it("refuses a version that is deleted", async () => {
    const [first] = vault.secrets.get(database) ?? [];
    if (first !== undefined) first.deletion_time = "2026-11-02T00:00:00Z";
    expect((await secrets([...tax("rollback"), "--to", "1"])).stderr).toContain("version 1 of DB_PASSWORD is deleted");
  });
});

describe("a service whose pods cannot be rolled", () => {
  beforeEach(() => vault.put(database, "old", "2026-11-01T00:00:00Z"));

  it.each<[string, (asked: Asked) => Answer, string]>([
    ["another cluster", () => [200, { metadata: { uid: "another" } }], "context tax-dc1 leads to another cluster"],
    ["a cluster that denies", () => [403, { message: "no" }], "the cluster denies it to context tax-dc1"],
    [
      "a service that is not there yet",
      ({ method }) =>
        method === "GET" ? [200, { metadata: { uid: "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11" } }] : [404, {}],
      "the cluster has no declarations/tax-declarations yet",
    ],
  ])("%s: exit code 1, the new value stays, and the next step is said", async (_, answers, says) => {
    clusterAnswers = answers;
    const { code, stdout, stderr } = await secrets(tax("rotate"));
    expect(stderr).toContain(`tax-declarations was not rolled: ${says}`);
    expect(stderr).toContain("Then: npm run secrets -- roll --site dc1 --service tax-declarations");
    expect(stdout).toContain("is version 2 in dc1");
    expect(code).toBe(1);
  });

  it("a kubeconfig that is not there", async () => {
    const { code, stderr } = await secrets(tax("rotate"), { env: { KUBECONFIG: project.path("nowhere") } });
    expect(stderr).toContain("tax-declarations was not rolled: the kubeconfig cannot be read (ENOENT");
    expect(code).toBe(1);
  });

  it("a kubeconfig without the site's context", async () => {
    await project.write("others", '{"apiVersion":"v1","kind":"Config","clusters":[],"users":[],"contexts":[]}');
    const { code, stderr } = await secrets(tax("rotate"), { env: { KUBECONFIG: project.path("others") } });
    expect(stderr).toContain("tax-declarations was not rolled: the kubeconfig has no context tax-dc1");
    expect(code).toBe(1);
  });

  it("is rolled later by the command roll", async () => {
    const { code, stdout } = await secrets(["roll", "--service", "tax-declarations"]);
    expect(stdout).toContain("External Secrets Operator reads it now");
    expect(code).toBe(0);
  });
});

describe("a Vault that does not answer as it should", () => {
  afterEach(() => {
    vault.failure = undefined;
  });

  it.each<[string, Answer, string]>([
    ["sealed", [503, { errors: ["Vault is sealed"] }], "is sealed; unseal it and try again"],
    ["in trouble", [500, { errors: ["1 error occurred:\n\t* no leader\n\n"] }], "answered 500 at services/metadata"],
    ["no Vault at all", [418, "teapot"], "answered 418"],
  ])("%s", async (_, failure, says) => {
    vault.failure = failure;
    const result = await secrets(card("status"));
    expect(result.stderr).toContain(`the Vault of dc1 (${vaultServer.address}): ${says}`);
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
  });

  it("an expired token", async () => {
    const result = await secrets(card("status"), { env: { VAULT_TOKEN: "expired" } });
    expect(result.stderr).toContain("denies the token in VAULT_TOKEN at services/metadata/payments/card-payments");
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
  });

  it("no token", async () => {
    const result = await secrets(card("status"), { env: { VAULT_TOKEN: "" } });
    expect(result.stderr).toContain("secrets: VAULT_TOKEN: is not set");
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
  });

  it("nobody listens", async () => {
    const result = await secrets([...card("status"), "--address", "https://127.0.0.1:1"]);
    expect(result.stderr).toContain("cannot be reached (ECONNREFUSED)");
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
  });

  it("another Vault, whose certificate the site does not vouch for", async () => {
    const result = await secrets([...card("status"), "--address", cluster.address]);
    expect(result.stderr).toContain(
      "has a certificate that gemelos:site.vault.caCertificate of Pulumi.dc1.yaml does not",
    );
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
    expect(cluster.asked).toEqual([]);
  });

  it("a way to it without TLS", async () => {
    const result = await secrets([...card("status"), "--address", "http://127.0.0.1:8200"]);
    expect(result.stderr).toContain("It must be an https URL.");
    expect(result.code).toBe(2);
  });
});

describe("names of nothing", () => {
  it.each([
    [["status", "--service", "nope"], '--service: "nope" is no service; there are card-payments, notifications,'],
    [
      ["status", "--key", "NOPE"],
      '--key: neither the site nor a service has secret "NOPE"; there are registry, DB_PASSWORD,',
    ],
    [
      card("put", "NOPE"),
      '--key: card-payments has no secret "NOPE"; there are DB_PASSWORD, GATEWAY_API_KEY, SIGNING_KEY',
    ],
    [["put", "--service", "card-payments"], "required option '--key <name>' not specified"],
    [
      ["put", "--key", "DB_PASSWORD"],
      "--service: is missing; DB_PASSWORD is a secret of card-payments, tax-declarations, taxpayer-registry",
    ],
    [["frobnicate"], "unknown command 'frobnicate'"],
  ])("%s", async (args, says) => {
    const result = await secrets(args);
    expect(result.stderr).toContain(says);
    expect(refused(result)).toEqual({ code: 2, stdout: "" });
  });

  it("a site that is none", async () => {
    const { code, stderr } = await project.run("secrets", "status", "--site", "dc9");
    expect(stderr).toContain('secrets: --site: "dc9" is no site; there are dc1, dc2');
    expect(code).toBe(2);
  });
});

describe("the registry's credentials", () => {
  it("are a secret of the site itself, which rolls no service", async () => {
    vault.put("sites/registry", "old", "2026-11-01T00:00:00Z");
    const { code, stdout } = await secrets(["put", "--key", "registry"], { input: planted });
    expect(stdout).toBe(
      "(site) registry is version 2 in dc1; version 1 is kept\nExternal Secrets Operator brings it to every namespace within 5 minutes\n",
    );
    expect(code).toBe(0);
    expect(vault.secrets.get("sites/registry")?.at(-1)?.value).toBe(planted);
    expect(cluster.asked).toEqual([]);
  });

  it("are in the status with those who read them, and with the command where they are missing", async () => {
    const { stdout } = await secrets(["status", "--key", "registry"]);
    expect(stdout).toMatch(/^\(site\) +registry +supplied +env +MISSING +- +- +nobody$/m);
    expect(stdout).toContain("  npm run secrets -- put --site dc1 --key registry\n");
  });
});

describe("reviewer", () => {
  it("gives Vault the token beside the site's own data, and shows nothing of it", async () => {
    const { code, stdout } = await secrets(["reviewer"], { input: `${planted}\n` });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "the Vault of dc1 has tokens reviewed with it from now on\n",
    });
    expect(vault.others.get("auth/kubernetes-dc1/config")).toMatchObject({
      kubernetes_host: "https://kubernetes.dc1.tax.example:6443",
      kubernetes_ca_cert: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
      disable_local_ca_jwt: true,
      token_reviewer_jwt: planted,
    });
  });
});

describe("policy", () => {
  it("is what a deployment needs and no more: no supplied value can be read with it", async () => {
    const { code, stdout } = await secrets(["policy"]);
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(stdout).not.toContain(`services/data/${gateway}`);
    expect(stdout).toContain(`path "services/subkeys/${gateway}" {\n  capabilities = ["read"]\n}`);
  });

  it("of these commands is another one: it makes no role and no policy", async () => {
    const { stdout } = await secrets(["policy", "--for", "secrets"]);
    expect(stdout).toMatchSnapshot();
    const writable = [...stdout.matchAll(/path "([^"]+)" \{\n {2}capabilities = \[[^\]]*"update"/g)].map(
      ([, path]) => path,
    );
    expect(writable.every((path) => path?.startsWith("services/data/"))).toBe(true);
  });
});
