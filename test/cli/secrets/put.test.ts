import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import {
  card,
  database,
  gateway,
  planted,
  refused,
  refusedWith,
  SecretsCommand,
  tax,
} from "../../support/secretsCommand.ts";

const command = await SecretsCommand.start();
beforeEach(() => command.reset());
afterAll(() => command.stop());

describe("put", () => {
  it("writes what standard input holds, without the line end that editors add, and shows nothing of it", async () => {
    const { code, stdout, stderr } = await command.run(card("put"), { input: `${planted}\n` });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^card-payments GATEWAY_API_KEY is version 1 in dc1\n$/);
    expect(command.vault.secrets.get(gateway)?.map(({ value }) => value)).toEqual([planted]);
    expect(command.cluster.asked).toEqual([]);
  });

  it.each([
    ["two line ends", "a\n\n", "a\n"],
    ["Windows' line end", "a\r\n", "a"],
    ["spaces, which may be meant", " a ", " a "],
    ["several lines", "-----BEGIN\nx\n-----END\n", "-----BEGIN\nx\n-----END"],
    ["other letters", "contraseña€\n", "contraseña€"],
  ])("keeps %s", async (_, input, value) => {
    expect((await command.run(card("put"), { input })).code).toBe(0);
    expect(command.vault.secrets.get(gateway)?.[0]?.value).toBe(value);
  });

  it("over an older value restarts the pods that have that, and says that it is kept", async () => {
    command.vault.put(gateway, "old", "2026-11-01T00:00:00Z");
    const { stdout } = await command.run(card("put"), { input: planted });
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^card-payments GATEWAY_API_KEY is version 2 in dc1; version 1 /),
      expect.stringMatching(/Deployment payments\/card-payments .*restarted/),
      "",
    ]);
    const [, patch] = command.cluster.asked;
    expect(patch?.path).toBe("/apis/apps/v1/namespaces/payments/deployments/card-payments");
    expect(Object.keys(Object(at(patch?.body, "spec", "template", "metadata", "annotations")))).toEqual([
      "kubectl.kubernetes.io/restartedAt",
    ]);
  });

  it.each<[string, readonly string[], string | Uint8Array, RegExp]>([
    ["nothing", card("put"), "", /^error: standard input is empty; .*< file/],
    ["a line end alone", card("put"), "\n", /^error: standard input is empty/],
    ["what is no text", card("put"), new Uint8Array([0xff, 0xfe, 0x00]), /^error: standard input .*UTF-8.*base64/],
    ["a NUL byte", card("put"), "a\0b", /^error: standard input .*NUL byte/],
    ["too much", card("put"), "x".repeat(65_537), /^error: standard input .*65537 bytes.*65536/],
    ["a generated key", tax("put"), planted, /^error: --key: DB_PASSWORD is generated; .*rotate.*--force/],
    [
      "a generated key that nobody made yet",
      [...tax("put"), "--force"],
      planted,
      /^error: --key: DB_PASSWORD of tax-declarations .*pulumi up/,
    ],
    ["an issued key", card("put", "SIGNING_KEY"), planted, /^error: --key: SIGNING_KEY is issued by Vault/],
  ])("refuses %s, and writes nothing", async (_, args, input, says) => {
    const result = await command.run(args, { input });
    expect(result.stderr).toMatch(says);
    expect(refusedWith(result)).toEqual(refused);
    expect(command.vault.secrets.size).toBe(0);
  });

  it("writes a value that exists elsewhere over a generated one where that is forced", async () => {
    command.vault.put(database, "generated", "2026-11-01T00:00:00Z");
    const { code } = await command.run([...tax("put"), "--force", "--no-restart"], { input: planted });
    expect(code).toBe(0);
    expect(command.vault.secrets.get(database)?.map(({ value }) => value)).toEqual(["generated", planted]);
  });

  it("takes no value as an argument", async () => {
    const result = await command.run([...card("put"), "an-argument"]);
    expect(refusedWith(result)).toEqual(refused);
    expect(command.vaultServer.asked).toEqual([]);
  });
});

describe("the registry's credentials", () => {
  it("are a secret of the site itself, which restarts no service", async () => {
    command.vault.put("sites/registry", "old", "2026-11-01T00:00:00Z");
    const { code, stdout } = await command.run(["put", "--key", "registry"], { input: planted });
    expect(stdout).toMatch(/^\(site\) registry is version 2 in dc1; version 1 /);
    expect(stdout).toMatch(/External Secrets Operator .*every namespace/);
    expect(code).toBe(0);
    expect(command.vault.secrets.get("sites/registry")?.at(-1)?.value).toBe(planted);
    expect(command.cluster.asked).toEqual([]);
  });

  it("are in the status with those who read them, and with the command where they are missing", async () => {
    const { stdout } = await command.run(["status", "--key", "registry"]);
    expect(stdout).toMatch(/^\(site\) +registry +supplied +env +MISSING +- +- +nobody$/m);
    expect(stdout).toContain("  npm run secrets -- put --site dc1 --key registry\n");
  });
});

describe("set-token-reviewer", () => {
  it("gives Vault the token beside the site's own data, and shows nothing of it", async () => {
    const { code, stdout } = await command.run(["set-token-reviewer"], { input: `${planted}\n` });
    expect(code).toBe(0);
    expect(stdout).toMatch(/Vault of dc1/);
    expect(command.vault.others.get("auth/kubernetes-dc1/config")).toMatchObject({
      kubernetes_host: "https://kubernetes.dc1.tax.example:6443",
      kubernetes_ca_cert: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
      disable_local_ca_jwt: true,
      use_annotations_as_alias_metadata: false,
      token_reviewer_jwt: planted,
    });
  });

  it("is an operator's: whoever is denied is told so, and not to take another policy", async () => {
    command.vault.denied.add("auth/kubernetes-dc1/config");
    const { code, stderr } = await command.run(["set-token-reviewer"], { input: `${planted}\n` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/denies the token .*auth\/kubernetes-dc1\/config: .* use the token of an operator of Vault/);
    expect(stderr).not.toContain("policy --site");
  });
});
