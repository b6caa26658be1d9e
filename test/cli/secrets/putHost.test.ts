import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authorities, issue } from "../../support/hostPairs.ts";
import { refused, refusedWith, SecretsCommand } from "../../support/secretsCommand.ts";

const command = await SecretsCommand.start();
beforeEach(() => command.reset());
afterAll(() => command.stop());

const host = "api.tax.example";
const path = `hosts/${host}`;
const { root, middle } = await authorities();
const pair = async (name: string, days: number) => {
  const own = await issue({ name, hosts: [name], by: middle, to: days });
  await command.project.write(`${name}.pem`, own.certificate + middle.certificate + root.certificate);
  await command.project.write(`${name}-key.pem`, own.key);
  return own;
};
const put = (name: string, files = name) => [
  ...["put", "--host", name, "--certificate", command.project.path(`${files}.pem`)],
  ...["--key", command.project.path(`${files}-key.pem`)],
];

describe("put --host", () => {
  let own: Awaited<ReturnType<typeof pair>>;
  beforeAll(async () => {
    own = await pair(host, 90);
    await pair("other.tax.example", 90);
  });

  it("writes certificate and key as one secret, says until when, and shows neither", async () => {
    const { code, stdout, stderr } = await command.run(put(host));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^the certificate of api\.tax\.example is version 1 in dc1\nit is valid until \d{4}-\d\d-\d\d, 90 days\n.*declarations within 5 minutes\n$/,
    );
    expect(command.vault.secrets.get(path)?.[0]?.fields).toEqual({
      certificate: own.certificate + middle.certificate + root.certificate,
      key: own.key,
    });
    expect(command.vault.custom.get(path)).toMatchObject({ version: "1", expires: expect.stringMatching(/^2\d{3}-/) });
    expect(command.cluster.asked).toEqual([]);
    // It never reads a pair.
    expect(command.vaultServer.asked.filter(({ method }) => method === "GET").map(({ path: asked }) => asked)).toEqual([
      `/v1/services/metadata/${path}`,
    ]);
  });

  it("warns of a certificate that ends soon, and keeps the version before", async () => {
    command.vault.put(path, "", "2026-11-01T00:00:00Z", { certificate: "c", key: "k" });
    await pair(host, 12);
    const { code, stdout } = await command.run(put(host));
    expect(code).toBe(0);
    expect(stdout).toMatch(/is version 2 in dc1; version 1 is kept\n.*, 12 days\nwarning: .*less than 30 days/);
    await pair(host, 90);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a host of nobody", put("nobody.tax.example", host), /^error: --host: no service .*api\.tax\.example, grafana/],
    [
      "a host whose certificate Vault issues",
      put("taxpayers.dc1.tax.example", host),
      /^error: --host: gemelos:site\.exposure\.tls\.internal takes .* from "issued"/,
    ],
    ["another host's pair", put(host, "other.tax.example"), /^1 problem, nothing was changed:\n {2}--certificate \(/],
    ["a host without a certificate", ["put", "--host", host, "--key", "x"], /^error: --host: needs --certificate FILE/],
    [
      "a certificate without a host",
      ["put", "--certificate", "x", "--key", "x"],
      /^error: --certificate: .*add --host/,
    ],
    ["a service's host", [...put(host), "--service", "receipts"], /^error: --host: goes with --certificate and --key/],
  ])("refuses %s, and writes nothing", async (_, args, says) => {
    const result = await command.run(args);
    expect(result.stderr).toMatch(says);
    expect(refusedWith(result)).toEqual(refused);
    expect(command.vault.secrets.size).toBe(0);
  });
});
