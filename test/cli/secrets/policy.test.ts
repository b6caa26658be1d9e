import { spawnSync } from "node:child_process";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { gateway, SecretsCommand } from "../../support/secretsCommand.ts";

const command = await SecretsCommand.start();
beforeEach(() => command.reset());
afterAll(() => command.stop());

describe("policy", () => {
  it("is what a deployment needs and no more: no supplied value can be read with it", async () => {
    const { code, stdout } = await command.run(["policy"]);
    expect(code).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(stdout).not.toContain(`services/data/${gateway}`);
    expect(stdout).toContain(`path "services/subkeys/${gateway}" {\n  capabilities = ["read"]\n}`);
  });

  it("of these commands is another one: it makes no role and no policy", async () => {
    const { stdout } = await command.run(["policy", "--for", "secrets"]);
    expect(stdout).toMatchSnapshot();
    const writable = [...stdout.matchAll(/path "([^"]+)" \{\n {2}capabilities = \[[^\]]*"update"/g)].map(
      ([, path]) => path,
    );
    expect(writable.filter((path) => !/^services\/(data|metadata\/hosts)\//.test(path ?? ""))).toEqual([]);
  });

  it("of the services is one for all: it names no service, and shows each account what has its own name", async () => {
    const accessor = "auth_kubernetes_5f7a1c2e";
    const { code, stdout, stderr } = await command.run(["policy", "--for", "services", "--accessor", accessor]);
    expect(code).toBe(0);
    expect(stderr).toContain("| vault policy write gemelos-services -");
    expect(stdout).toMatchSnapshot();
    command.vault.others.set("sys/mounts/auth/kubernetes-dc1", { accessor });
    const asked = await command.run(["policy", "--for", "services", "--address", command.vaultServer.address]);
    expect(asked.stdout).toBe(stdout);
  });

  it("of the services needs the accessor, from its option or from Vault", async () => {
    const { code, stderr } = await command.run(["policy", "--for", "services"], { env: { VAULT_TOKEN: "" } });
    expect(stderr).toMatch(/^error: VAULT_TOKEN is not set; .* or give --accessor/);
    expect(code).toBe(2);
    const unknown = await command.run(["policy", "--for", "services", "--address", command.vaultServer.address]);
    expect(unknown.stderr).toMatch(/^error: .* has no auth mount kubernetes-dc1; .*secrets -- setup --site dc1/);
    expect(unknown.code).toBe(2);
    const wrong = await command.run(["policy", "--for", "services", "--accessor", 'a" {']);
    expect(wrong.stderr).toContain("It must be a mount's accessor, such as auth_kubernetes_5f7a1c2e.");
    expect(wrong.code).toBe(2);
  });
});

describe("setup", () => {
  it("prints a script that a shell understands, for this site and no other, which writes the other policies too", async () => {
    const { code, stdout } = await command.run(["setup", "--address", "https://vault.dc1.tax.example:8200"]);
    expect(code).toBe(0);
    expect(spawnSync("sh", ["-n"], { input: stdout }).status).toBe(0);
    expect(stdout).toMatch(/^export VAULT_ADDR='https:\/\/vault\.dc1\.tax\.example:8200'$/m);
    expect(stdout).toContain((await command.run(["policy"])).stdout);
    expect(stdout).not.toContain("dc2");
  });
});
