import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { deploymentToken } from "../../../sandbox/deploy/deploymentToken.ts";
import { step } from "../../../sandbox/sites/steps.ts";
import { accountToken, login, serviceToken } from "../../support/accountLogin.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";

/** A deployed site, and somebody who has got hold of a deployment's token. */
let dc1: LiveSite;
let token: string;

const mount = "auth/kubernetes-dc1";
const supplied = ["payments/card-payments/GATEWAY_API_KEY", "sites/registry"];
const generated = "payments/card-payments/DB_PASSWORD";
const everything = 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }';
/** A role as the program's operator writes it; each attempt changes one of its fields. */
const role = {
  bound_service_account_names: ["card-payments"],
  bound_service_account_namespaces: ["payments"],
  audience: "vault",
  token_policies: ["gemelos-services"],
  token_no_default_policy: true,
  token_ttl: 900,
  token_max_ttl: 3600,
};

beforeAll(async () => {
  const project = await quickProject();
  try {
    dc1 = await LiveSite.open("dc1", { program: project.path("index.ts") });
    await dc1.succeed("up");
    const tools = await dc1.sandbox.tools({ step, signal: new AbortController().signal });
    token = await deploymentToken(dc1.site, tools, project.path("index.ts"));
  } finally {
    await project.dispose();
  }
  // Something in the same Vault that is not this program's.
  await dc1.askVault("POST", "sys/mounts/payroll", { type: "kv", options: { version: "1" } });
  await dc1.askVault("POST", "payroll/salaries", { everybody: "planted" });
});

afterAll(() => dc1.askVault("DELETE", "sys/mounts/payroll"));

type Attempt = readonly [method: "GET" | "POST" | "DELETE", path: string, body?: object];

/** The status of each attempt with the deployment's token. */
async function statuses(attempts: readonly Attempt[]): Promise<Record<string, number>> {
  const made: Record<string, number> = {};
  for (const [method, path, body] of attempts) {
    const what = `${method} ${path}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`;
    made[what] = (await dc1.askVault(method, path, body, token)).status;
  }
  return made;
}

async function expectDenied(attempts: readonly Attempt[]): Promise<void> {
  const made = await statuses(attempts);
  expect(Object.entries(made).filter(([, status]) => status !== 403)).toEqual([]);
}

const forged = (account: { namespace: string; name: string }) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    ...{ aud: ["vault"], exp: 4_000_000_000, iat: 1, nbf: 1, iss: "https://kubernetes.default.svc.cluster.local" },
    sub: `system:serviceaccount:${account.namespace}:${account.name}`,
    "kubernetes.io": { namespace: account.namespace, serviceaccount: { name: account.name, uid: "1" } },
  };
  return `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
};

describe("whoever holds a deployment's token, in the order of an attack,", () => {
  it("1. writes no policy: neither of all rights, nor the services', nor the deployment's own", async () => {
    const names = ["service-evil", "gemelos-services", "gemelos-registry", "gemelos-deployment", "root", "default"];
    const body = { policy: everything };
    await expectDenied(names.map((name) => ["POST", `sys/policies/acl/${name}`, body]));
    await expectDenied([["POST", "sys/policy/service-evil", body]]);
    await expectDenied([["DELETE", "sys/policies/acl/gemelos-services"]]);
  });

  it("2. turns the login to no other API server, and makes no other login", async () => {
    const elsewhere = { kubernetes_host: "https://127.0.0.1:1", disable_local_ca_jwt: true };
    await expectDenied([
      ["POST", `${mount}/config`, elsewhere],
      ["POST", `${mount}/config`, { use_annotations_as_alias_metadata: true }],
      ["POST", "sys/auth/evil", { type: "kubernetes" }],
      ["POST", "sys/auth/userpass", { type: "userpass" }],
      ["DELETE", "sys/auth/kubernetes-dc1"],
      ["POST", "sys/auth/kubernetes-dc1/tune", { max_lease_ttl: "8760h" }],
      ["POST", "sys/mounts/auth/kubernetes-dc1/tune", { token_type: "batch" }],
    ]);
  });

  it("3. writes no role, whatever is in it", async () => {
    const changed: readonly object[] = [
      {},
      { token_policies: ["root"] },
      { policies: ["root"] },
      { token_policies: ["gemelos-services", "gemelos-deployment"] },
      { bound_service_account_names: ["*"], bound_service_account_namespaces: ["*"] },
      { audience: "" },
      { audience: "another" },
      { token_ttl: 2_592_000, token_max_ttl: 2_592_000 },
      { token_period: 3600 },
      { token_no_default_policy: false },
      { token_type: "batch" },
      { alias_name_source: "serviceaccount_name" },
    ];
    const names = ["evil", "gemelos-services", "gemelos-registry"];
    await expectDenied(
      names.flatMap((name) => changed.map((each): Attempt => ["POST", `${mount}/role/${name}`, { ...role, ...each }])),
    );
    await expectDenied(names.map((name) => ["DELETE", `${mount}/role/${name}`]));
  });

  it("4. logs in with no token that the API server has not signed", async () => {
    const account = { namespace: "payments", name: "card-payments" };
    for (const name of ["gemelos-services", "gemelos-registry", "evil"]) {
      const answer = await login(dc1, forged(account), name);
      expect(answer.status, name).toBeGreaterThanOrEqual(400);
      expect(answer.token, name).toBe("");
    }
  });

  it("5. reads no supplied value, changes none, and writes over no value that is there", async () => {
    await expectDenied(supplied.flatMap((path): Attempt[] => [["GET", `services/data/${path}`]]));
    await expectDenied(
      [...supplied, generated].flatMap((path): Attempt[] => [
        ["POST", `services/data/${path}`, { data: { value: "planted" } }],
        ["DELETE", `services/data/${path}`],
        ["DELETE", `services/metadata/${path}`],
        ["POST", `services/destroy/${path}`, { versions: [1] }],
        ["POST", `services/undelete/${path}`, { versions: [1] }],
      ]),
    );
  });

  it("6. reads nothing of others' in the same Vault, moves no mount, and removes none", async () => {
    await expectDenied([
      ["GET", "payroll/salaries"],
      ["GET", "sys/mounts"],
      ["POST", "sys/remount", { from: "services", to: "elsewhere" }],
      ["DELETE", "sys/mounts/services"],
      ["POST", "sys/mounts/services/tune", { options: { version: "1" } }],
      ["POST", "services/config", { max_versions: 1 }],
      ["GET", "sys/storage/raft/snapshot"],
      ["GET", "sys/raw/core/keyring"],
      ["POST", "sys/seal"],
    ]);
  });

  it("7. makes no token that outlives its own, or may do more", async () => {
    const made = await statuses([
      ["POST", "auth/token/create-orphan", { ttl: "720h" }],
      ["POST", "auth/token/create", { no_parent: true, ttl: "720h" }],
      ["POST", "auth/token/create", { policies: ["root"] }],
      ["POST", "auth/token/create", { policies: ["gemelos-registry"] }],
      ["POST", "auth/token/create", { period: "720h" }],
      ["POST", "auth/token/roles/evil", { allowed_policies: "root", orphan: true }],
      ["GET", "auth/token/accessors?list=true"],
    ]);
    expect(Object.entries(made).filter(([, status]) => status < 400)).toEqual([]);
  });

  it("8. takes no audit log away, and adds none", async () => {
    await expectDenied([
      ["DELETE", "sys/audit/file"],
      ["GET", "sys/audit"],
      ["POST", "sys/audit/mine", { type: "file", options: { file_path: "stdout", log_raw: "true" } }],
    ]);
  });

  it("has no key issued and no authority made, changed or replaced", async () => {
    const name = { common_name: "card-payments.payments.svc" };
    await expectDenied([
      ["POST", "pki/roles/evil", { allow_any_name: true }],
      ["POST", "pki/roles/certificate", { allow_any_name: true }],
      ["DELETE", "pki/roles/certificate"],
      ["POST", "pki/issue/certificate", name],
      ["POST", "pki/issue/private-key", name],
      ["POST", "pki/sign/certificate", { ...name, csr: "x" }],
      ["POST", "pki/sign-verbatim", { csr: "x" }],
      ["POST", "pki/root/generate/exported", name],
      ["POST", "pki/issuers/generate/root/internal", name],
      ["POST", "pki/root/sign-intermediate", { csr: "x" }],
      ["POST", "pki/issuers/import/bundle", { pem_bundle: "x" }],
      ["POST", "pki/config/issuers", { default: "x" }],
      ["POST", "pki/config/ca", { pem_bundle: "x" }],
      ["POST", "pki/config/auto-tidy", { enabled: false }],
      ["DELETE", "pki/root"],
      ["POST", "pki/revoke", { serial_number: "00" }],
    ]);
  });

  it("changes no identity, which decides what an account reads", async () => {
    await expectDenied([
      ["POST", "identity/entity", { name: "evil", policies: ["root"] }],
      ["POST", "identity/entity-alias", { name: "x", canonical_id: "x", mount_accessor: "x" }],
      ["POST", "identity/entity/merge", { from_entity_ids: ["x"], to_entity_id: "y" }],
      ["POST", "identity/group", { name: "evil", policies: ["root"] }],
      ["POST", "identity/lookup/entity", { name: "x" }],
    ]);
  });
});

describe("the identity of a service's account", () => {
  const account = { namespace: "declarations", name: "tax-declarations" };
  const own = "services/data/declarations/tax-declarations/DB_PASSWORD";
  const accounts = "api/v1/namespaces/declarations/serviceaccounts";

  it("is its namespace and name: one that is made anew reads on", async () => {
    const passing = { namespace: account.namespace, name: "passing" };
    const value = "services/data/declarations/passing/KEY";
    const manifest = { apiVersion: "v1", kind: "ServiceAccount", metadata: passing };
    await dc1.askVault("POST", value, { data: { value: "planted" } });
    const uids = new Set<unknown>();
    const tokens: string[] = [];
    for (let life = 1; life <= 2; life += 1) {
      const { body } = await dc1.cluster.request("POST", accounts, manifest);
      uids.add(at(body, "metadata", "uid"));
      tokens.push(await serviceToken(dc1, passing));
      await dc1.cluster.request("DELETE", `${accounts}/passing`);
    }
    expect(uids.size).toBe(2);
    for (const each of tokens) expect((await dc1.askVault("GET", value, undefined, each)).status).toBe(200);
    await dc1.askVault("DELETE", "services/metadata/declarations/passing/KEY");
  });

  it("is not what its annotations say", async () => {
    const metadata = {
      name: "pretender",
      annotations: Object.fromEntries(
        ["name", "namespace"].map((field) => [
          `vault.hashicorp.com/alias-metadata-service_account_${field}`,
          account[field === "name" ? "name" : "namespace"],
        ]),
      ),
    };
    const pretender = { apiVersion: "v1", kind: "ServiceAccount", metadata };
    await dc1.cluster.request("POST", "api/v1/namespaces/payments/serviceaccounts", pretender);
    try {
      const stolen = await serviceToken(dc1, { namespace: "payments", name: "pretender" });
      expect((await dc1.askVault("GET", own, undefined, stolen)).status).toBe(403);
    } finally {
      await dc1.cluster.request("DELETE", "api/v1/namespaces/payments/serviceaccounts/pretender");
    }
  });

  it("is not another's whose name begins or ends with it", async () => {
    for (const name of ["tax", "tax-declarations2", "declarations"]) {
      const body = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } };
      await dc1.cluster.request("POST", accounts, body);
      try {
        const other = await serviceToken(dc1, { namespace: account.namespace, name });
        expect(other).not.toBe("");
        expect((await dc1.askVault("GET", own, undefined, other)).status, name).toBe(403);
      } finally {
        await dc1.cluster.request("DELETE", `${accounts}/${name}`);
      }
    }
  });

  it("has certificates of its own names, for 90 days at the longest, and each is on the list and can be revoked", async () => {
    const mine = await serviceToken(dc1, account);
    const issue = async (more: object) =>
      dc1.askVault(
        "POST",
        "pki/issue/certificate",
        { common_name: "tax-declarations.declarations.svc", ...more },
        mine,
      );
    const { status, body } = await issue({ ttl: "8760h" });
    expect(status).toBe(200);
    const certificate = new X509Certificate(String(at(body, "data", "certificate")));
    expect(Date.parse(certificate.validTo) - Date.now()).toBeLessThanOrEqual(90 * 86_400_000 + 60_000);
    const wrong: Record<string, object> = {
      "another end": { not_after: "2034-01-01T00:00:00Z" },
      "another name": { common_name: "card-payments.payments.svc" },
      "another name beside": { alt_names: "card-payments.payments.svc" },
      "a name below": { common_name: "a.tax-declarations.declarations.svc" },
      "a wildcard": { common_name: "*.tax-declarations.declarations.svc" },
      localhost: { common_name: "localhost" },
      "an address": { ip_sans: "10.0.0.1" },
      "a URI": { uri_sans: "spiffe://payments/card-payments" },
    };
    for (const [what, more] of Object.entries(wrong))
      expect((await issue(more)).status, what).toBeGreaterThanOrEqual(400);
    const serial = String(at(body, "data", "serial_number"));
    const listed = await dc1.askVault("GET", "pki/certs?list=true");
    expect(at(listed.body, "data", "keys")).toContain(serial);
    expect((await dc1.askVault("POST", "pki/revoke", { serial_number: serial })).status).toBe(200);
    expect((await dc1.askVault("GET", "pki/certs/revoked?list=true")).body).toMatchObject({ data: { keys: [serial] } });
  });

  it("is for an hour at the longest, and not for an audience other than Vault", async () => {
    const { token: own } = await login(dc1, await accountToken(dc1, account));
    const { body } = await dc1.askVault("GET", "auth/token/lookup-self", undefined, own);
    expect(at(body, "data", "creation_ttl")).toBe(15 * 60);
    expect(at(body, "data", "explicit_max_ttl")).toBe(0);
    expect(at(body, "data", "policies")).toEqual(["gemelos-services"]);
    const other = await login(dc1, await accountToken(dc1, account, "another"));
    expect(other.token).toBe("");
  });
});
