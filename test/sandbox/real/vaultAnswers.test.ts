import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { signalGroup } from "../../../command/processes.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { deploymentToken } from "../../../sandbox/deploy/deploymentToken.ts";
import { describedSite, sandboxConfiguration } from "../../../sandbox/sites/siteConfiguration.ts";
import { step } from "../../../sandbox/sites/steps.ts";
import { askVault, vaultUrl } from "../../../sandbox/sites/vault.ts";
import { checkVault } from "../../../suppliedSecrets.ts";
import { type DeployOptions, LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** A site that is deployed, and everything that its Vault may answer before the next update. */
let dc1: LiveSite;
let project: ProjectCopy;
let token: string;

const secret = "declarations/receipts/ARCHIVE_SECRET_KEY";
const put = "npm run secrets -- put --site dc1 --service receipts --key ARCHIVE_SECRET_KEY   # ";

beforeAll(async () => {
  project = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: project.path("index.ts") });
  await dc1.succeed("up");
  const tools = await dc1.sandbox.tools({ step, signal: new AbortController().signal });
  token = await deploymentToken(dc1.site, tools, project.path("index.ts"));
});

afterAll(() => project.dispose());

async function vault(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown> {
  const answer = await askVault(dc1.site.record, method, path, body);
  if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function tokenOf(policy: string, ttl: string): Promise<string> {
  const options = { policies: [policy], no_default_policy: true, ttl };
  return String(at(await vault("POST", "auth/token/create", options), "auth", "client_token"));
}

/** The lines that a person reads, the same for preview and up. Neither registers anything, not even a provider. */
async function refusal(options: DeployOptions = {}): Promise<string[]> {
  const messages: string[] = [];
  for (const operation of ["preview", "up"] as const) {
    const registered = new Set<string>();
    const onEvent = (_: unknown, { resourcePreEvent }: EngineEvent) => {
      if (resourcePreEvent !== undefined) registered.add(resourcePreEvent.metadata.type);
    };
    const { failure, report } = await dc1.run(operation, { vaultToken: token, fill: "none", onEvent, ...options });
    expect(failure, operation).toBeDefined();
    expect([...registered].filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
    messages.push(report.errors.join("\n"));
  }
  expect(messages[1]).toBe(messages[0]);
  const message = messages[0] ?? "";
  console.log(message);
  expect(message).not.toContain(token);
  expect(message).toMatch(/^nothing was changed: /);
  return message.replace("nothing was changed: ", "").split("\n");
}

const which = () => `the Vault of dc1 (${vaultUrl(dc1.site.record)})`;

describe("before anything is registered, preview and up say", () => {
  it("which secrets were never written, or are deleted, with the command for each", async () => {
    await vault("DELETE", `services/metadata/${secret}`);
    await vault("DELETE", "services/data/sites/registry");
    try {
      const [first, ...lines] = await refusal();
      expect(first).toBe(`2 secrets await an operator's value in ${which()}; put what is missing and run again:`);
      expect(lines).toEqual([
        expect.stringMatching(/put --site dc1 --key registry {3}# its newest version is deleted: /),
        expect.stringContaining(`${put}never written: `),
      ]);
    } finally {
      await vault("POST", `services/data/${secret}`, { data: { value: "filled again" } });
      await vault("POST", "services/undelete/sites/registry", { versions: [1] });
    }
  });

  it("that the mount is absent", async () => {
    await move("services", "elsewhere");
    try {
      const lines = await refusal();
      expect(lines.slice(0, 2)).toEqual([
        `${which()} is not set up as services need it:`,
        '  the mount "services" is not there',
      ]);
      expect(lines[3]).toBe("  npm run -s secrets -- setup --site dc1");
      expect(lines).toContainEqual(expect.stringContaining(put));
      expect(lines.at(-1)).toContain("npm run secrets -- put --site dc1 --host ");
    } finally {
      await move("elsewhere", "services");
    }
  });

  it("that the policy denies, and which policy it takes", async () => {
    const [first, ...lines] = await refusal({ vaultToken: await tokenOf("gemelos-registry", "10m") });
    expect(first).toBe(`${which()} does not let the token in VAULT_TOKEN see whether these are there:`);
    expect(lines).toContain(`  services/subkeys/${secret}`);
    expect(lines).toContain("  sys/mounts/auth/kubernetes-dc1");
    expect(lines.at(-1)).toBe("  npm run -s secrets -- policy --site dc1 | vault policy write gemelos-deployment -");
  });

  it("that the token is none, has expired, or is not set", async () => {
    const unknown = / does not know the token in VAULT_TOKEN: it has expired, was revoked, .*vault login/;
    expect((await refusal({ vaultToken: "hvs.nobody" })).join("\n")).toMatch(unknown);
    const late = await tokenOf("gemelos-deployment", "1s");
    const status = async () => (await dc1.askVault("GET", "auth/token/lookup-self", undefined, late)).status;
    await vi.waitFor(async () => expect(await status()).toBe(403), 10_000);
    expect((await refusal({ vaultToken: late })).join("\n")).toMatch(unknown);
    expect(await refusal({ vaultToken: "" })).toEqual([
      `VAULT_TOKEN is not set; log in to ${which()} (vault login) and export the token`,
    ]);
  });

  it("that another authority has signed Vault's certificate", async () => {
    const { record } = (await LiveSite.open("dc2")).site;
    const lines = await refusal({
      configure: ({ site }) => {
        site["vault"] = { ...Object(site["vault"]), caCertificate: record.caCertificate };
      },
    });
    expect(lines).toEqual([
      expect.stringMatching(
        / has a certificate that is not signed by gemelos:site\.vault\.caCertificate of Pulumi\.dc1/,
      ),
    ]);
  });

  it("that the provider would not trust Vault: VAULT_CACERT", async () => {
    const { stack, record } = dc1.site;
    const described = describedSite(sandboxConfiguration(stack, record));
    const site = {
      ...{ name: "dc1", file: "Pulumi.dc1.yaml" },
      ...{ vault: described.vault, kubernetes: described.kubernetes, domains: described.domains },
    };
    const own = join(dc1.sandbox.state, "dc1", "ca.pem");
    const other = join(dc1.sandbox.state, "dc2", "ca.pem");
    const check = (file?: string) =>
      checkVault(site, [], { VAULT_TOKEN: token, ...(file === undefined ? {} : { VAULT_CACERT: file }) });
    await check(own);
    await expect(check()).rejects.toThrow(/VAULT_CACERT is not set, .*; write gemelos:site\.vault\.caCertificate of/);
    await expect(check(other)).rejects.toThrow(`is not signed by an authority in ${other}, which VAULT_CACERT names`);
  });

  it("that Vault is sealed; afterwards all is as it was", async () => {
    await vault("POST", "sys/seal");
    try {
      expect(await refusal()).toEqual([`${which()} is sealed; unseal it and try again`]);
    } finally {
      await vault("POST", "sys/unseal", { key: dc1.site.record.vault?.unsealKey });
    }
    await nothingToDo();
  });

  it("that Vault is down; what runs goes on, and afterwards all is as it was", async () => {
    const site = dc1.sandbox.sites.find(({ name }) => name === "dc1");
    const server = (await site?.servers.recorded())?.find(({ name }) => name === "vault");
    if (server === undefined) throw new Error("there is no Vault to kill");
    signalGroup(server.pid, "SIGKILL");
    try {
      const address = "start it, or correct gemelos:site.vault.address of Pulumi.dc1.yaml";
      expect(await refusal()).toEqual([`${which()} cannot be reached (ECONNREFUSED); ${address}`]);
    } finally {
      await dc1.sandbox.up({ step, signal: new AbortController().signal });
    }
    for (const deployment of await dc1.cluster.list("Deployment", "payments")) {
      expect(at(deployment, "status", "availableReplicas")).toBeGreaterThanOrEqual(1);
    }
    await nothingToDo();
  });
});

async function nothingToDo(): Promise<void> {
  expect((await dc1.succeed("up")).changes).toEqual([]);
}

/** Moves a mount with everything in it, which Vault does in the background. */
async function move(from: string, to: string): Promise<void> {
  const id = at(await vault("POST", "sys/remount", { from, to }), "migration_id");
  const status = async () =>
    at(await vault("GET", `sys/remount/status/${String(id)}`), "data", "migration_info", "status");
  await vi.waitFor(async () => expect(await status()).toBe("success"), 20_000);
}
