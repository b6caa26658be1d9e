import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { at } from "../../../recorder/registeredResource.ts";
import { step } from "../../../sandbox/sites/steps.ts";
import { vaultUrl } from "../../../sandbox/sites/vault.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

// The state of dc2, whose key is in a mount of its Vault: docs/secrets.md, "The state", command by command.
let dc2: LiveSite;
let project: ProjectCopy;
let pulumiFile: string;

const key = "pulumi-dc2";
const provider = `hashivault://${key}`;
const variables = ["VAULT_SERVER_URL", "VAULT_SERVER_TOKEN"];
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));

const folder = () => join(dc2.sandbox.state, "dc2", "pulumi");
const stackFile = async (): Promise<Record<string, unknown>> =>
  parse(await readFile(join(folder(), "Pulumi.dc2.yaml"), "utf8"));
const state = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(folder(), "backend", ".pulumi", "stacks", "gemelos", "dc2.json"), "utf8"));

async function vault(path: string, body: object = {}): Promise<unknown> {
  const answer = await dc2.askVault("POST", path, body);
  if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The version of the key that the stack's own key is encrypted with. */
async function keyVersion(): Promise<string | undefined> {
  const wrapped = Buffer.from(String((await stackFile())["encryptedkey"]), "base64").toString();
  return /^vault:(v\d+):/.exec(wrapped)?.[1];
}

async function changeProvider(to: string): Promise<void> {
  const args = ["stack", "change-secrets-provider", to, "--stack", "dc2", "--cwd", folder(), "--non-interactive"];
  await promisify(execFile)(pulumiFile, args, {
    env: {
      ...process.env,
      VAULT_CACERT: join(dc2.sandbox.state, "dc2", "ca.pem"),
      PULUMI_HOME: join(folder(), "home"),
      PULUMI_BACKEND_URL: pathToFileURL(join(folder(), "backend")).href,
      PULUMI_CONFIG_PASSPHRASE: await readFile(join(dc2.sandbox.state, "passphrase"), "utf8"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  });
}

beforeAll(async () => {
  project = await quickProject();
  dc2 = await LiveSite.open("dc2", { program: project.path("index.ts") });
  await dc2.succeed("up");
  pulumiFile = (await dc2.sandbox.tools({ step, signal: new AbortController().signal })).pulumi.path;
  await vault("sys/mounts/transit", { type: "transit" });
  await vault(`transit/keys/${key}`);
  const rules = ["encrypt", "decrypt"].map((verb) => `path "transit/${verb}/${key}" { capabilities = ["update"] }`);
  await vault("sys/policies/acl/pulumi-state-dc2", { policy: rules.join("\n") });
  const options = { policies: ["pulumi-state-dc2"], no_default_policy: true, ttl: "1h" };
  process.env["VAULT_SERVER_URL"] = vaultUrl(dc2.site.record);
  process.env["VAULT_SERVER_TOKEN"] = String(at(await vault("auth/token/create", options), "auth", "client_token"));
});

afterAll(async () => {
  await changeProvider("passphrase");
  for (const name of variables) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  await project.dispose();
});

test("a state under a passphrase becomes one under Vault's key, and the next update finds nothing to do", async () => {
  await changeProvider(provider);
  expect(at(await stackFile(), "secretsprovider")).toBe(provider);
  expect(at(await stackFile(), "encryptionsalt")).toBeUndefined();
  expect(await keyVersion()).toBe("v1");
  const report = await dc2.succeed("up");
  expect(report.changes).toEqual([]);
  expect(at(await state(), "checkpoint", "latest", "secrets_providers", "type")).toBe("cloud");
  expect(at(await state(), "checkpoint", "latest", "secrets_providers", "state", "url")).toBe(provider);
});

test("without a token for that key nothing is deployed, and nothing is changed", async () => {
  const token = process.env["VAULT_SERVER_TOKEN"];
  process.env["VAULT_SERVER_TOKEN"] = "hvs.nobody";
  try {
    const { failure, report } = await dc2.run("up");
    expect([failure, ...report.errors].join("\n")).toMatch(/permission denied|invalid token/);
    expect(report.changes).toEqual([]);
  } finally {
    process.env["VAULT_SERVER_TOKEN"] = token;
  }
});

test("a rotated key reads the old state; once the state is written with it, the old version may go", async () => {
  await vault(`transit/keys/${key}/rotate`);
  expect((await dc2.succeed("preview")).changes).toEqual([]);
  await changeProvider(provider);
  expect(await keyVersion()).toBe("v2");
  await vault(`transit/keys/${key}/config`, { min_decryption_version: 2 });
  expect((await dc2.succeed("up", { refresh: true })).changes).toEqual([]);
});
