import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../../../cli/internal/registration.ts";
import { vaultUrl } from "../../../sandbox/internal/vault.ts";
import { askVault } from "../../support/askVault.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** A site, its Vault as root, and a changed copy of the project whose `receipts` has one secret more. */
let dc1: LiveSite;
let project: ProjectCopy;
let token: string;

const planted = "planted-7d02-Abrete-Sesamo";
const database = "services/data/declarations/tax-declarations/DB_PASSWORD";
const archive = "services/data/declarations/receipts/ARCHIVE_SECRET_KEY";

async function vault(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
  const { record } = dc1.site;
  const access = { address: vaultUrl(record), ca: record.caCertificate, token: record.vault?.rootToken ?? "" };
  const answer = await askVault(access, method, path, body);
  if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const valueAt = async (path: string) => at(await vault("GET", path), "data", "data", "value");
const changes = (report: Awaited<ReturnType<LiveSite["succeed"]>>) =>
  report.changes.map(({ name, operation }) => `${operation} ${name}`).toSorted();

beforeAll(async () => {
  project = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: project.path("index.ts") });
  await dc1.succeed("up");
  const { stdout, code, stderr } = await project.run("secrets", "policy", "--site", "dc1");
  expect(code, stderr).toBe(0);
  await vault("POST", "sys/policies/acl/gemelos-deployment", { policy: stdout });
  const options = { policies: ["gemelos-deployment"], no_default_policy: true, ttl: "1h" };
  token = String(at(await vault("POST", "auth/token/create", options), "auth", "client_token"));
});

afterAll(() => project.dispose());

describe("a deployment whose token has exactly the policy that is printed for it", () => {
  it("has nothing to do a second time, also after reading everything", async () => {
    expect(changes(await dc1.succeed("up", { vaultToken: token, refresh: true }))).toEqual([]);
  });

  it("heals what somebody changed in Vault by hand", async () => {
    const place = "sys/policies/acl/service-receipts";
    const policy = async () => at(await vault("GET", place), "data", "policy");
    const before = await policy();
    await vault("POST", place, { policy: 'path "another/place" { capabilities = ["read"] }' });
    await dc1.succeed("up", { vaultToken: token, refresh: true });
    expect(await policy()).toBe(before);
    expect(changes(await dc1.succeed("preview", { vaultToken: token }))).toEqual([]);
  });
});

describe("a value that was rotated", () => {
  it("survives up, refresh, and another length in code", async () => {
    await vault("POST", database, { data: { value: planted } });
    expect(changes(await dc1.succeed("up", { vaultToken: token }))).toEqual([]);
    await dc1.succeed("up", { vaultToken: token, refresh: true });
    expect(await valueAt(database)).toBe(planted);
    const copy = await quickProject();
    try {
      await copy.replace("services/tax-declarations/index.ts", "generated()", "generated({ length: 40 })");
      await dc1.succeed("up", { program: copy.path("index.ts"), vaultToken: token });
      expect(await valueAt(database)).toBe(planted);
    } finally {
      await copy.dispose();
      await dc1.succeed("up", { vaultToken: token });
    }
    expect(await valueAt(database)).toBe(planted);
  });

  it("is in no file of the engine in clear, and neither is one that an operator put", async () => {
    await vault("POST", archive, { data: { value: `${planted}-supplied` } });
    const report = await dc1.succeed("up", { vaultToken: token, refresh: true });
    expect(JSON.stringify(report)).not.toContain(planted);
    const folder = join(dc1.sandbox.state, "dc1", "pulumi");
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(files.map((file) => readFile(file, "latin1")));
    expect(texts.some((text) => text.includes("ciphertext"))).toBe(true);
    expect(files.filter((_, index) => texts[index]?.includes(planted))).toEqual([]);
  });
});

describe("preview and up stop with one message and change nothing", () => {
  const stops = async (message: RegExp, vaultToken = token) => {
    const before = await dc1.cluster.list("Deployment");
    for (const operation of ["preview", "up"] as const) {
      const { failure, report } = await dc1.run(operation, { vaultToken });
      expect(failure, operation).toBeDefined();
      expect(report.errors.join("\n"), operation).toMatch(message);
      expect(changes(report).filter((change) => !change.startsWith("read"))).toEqual([]);
    }
    const generations = (of: typeof before) => of.map((each) => at(each, "metadata", "generation"));
    expect(generations(await dc1.cluster.list("Deployment"))).toEqual(generations(before));
  };

  it("when a supplied secret is missing", async () => {
    await vault("POST", archive.replace("/data/", "/delete/"), { versions: [1, 2, 3, 4, 5] });
    await stops(
      /1 secret awaits an operator's value in the Vault of dc1.*--service receipts --key ARCHIVE_SECRET_KEY/s,
    );
    await vault("POST", archive, { data: { value: "filled again" } });
  });

  it("when the token is worth nothing, or lacks the policy", async () => {
    await stops(/denies the token in VAULT_TOKEN/, "hvs.nobody");
    const options = { policies: ["service-receipts"], no_default_policy: true, ttl: "10m" };
    const other = at(await vault("POST", "auth/token/create", options), "auth", "client_token");
    await stops(/denies the token in VAULT_TOKEN/, String(other));
  });

  it("when Vault is sealed; afterwards all is as it was", async () => {
    await vault("POST", "sys/seal");
    try {
      await stops(/is sealed: unseal it and run again/);
    } finally {
      await vault("POST", "sys/unseal", { key: dc1.site.record.vault?.unsealKey });
    }
    expect(changes(await dc1.succeed("up", { vaultToken: token }))).toEqual([]);
  });
});
