import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { card, gateway, planted, SecretsCommand } from "../../support/secretsCommand.ts";

const command = await SecretsCommand.start();
beforeEach(() => command.reset());
afterAll(() => command.stop());

describe("status", () => {
  it("says of each secret whether it is there, its version, its age and who may read it, and reads no value", async () => {
    command.vault.put(gateway, planted, "2026-11-01T00:00:00Z");
    command.vault.put(gateway, planted, new Date(Date.now() - 3 * 86_400_000).toISOString());
    await command.setUp();
    const { code, stdout, stderr } = await command.run(["status", "--service", "card-payments"]);
    expect(stderr).toBe("");
    expect(stdout).toBe(
      [
        "service        key              kind         delivery  present  version  age  who may read",
        "card-payments  DB_PASSWORD      generated    files     MISSING  -        -    payments/card-payments",
        "card-payments  GATEWAY_API_KEY  supplied     files     yes      2        3 d  payments/card-payments",
        "card-payments  SIGNING_KEY      privateKey   files     yes      -        -    payments/card-payments",
        "card-payments  TLS              certificate  files     yes      -        -    payments/card-payments",
        "",
        "1 missing in dc1:",
        "  card-payments DB_PASSWORD is made by pulumi up --stack dc1",
        "",
      ].join("\n"),
    );
    expect(code).toBe(1);
    expect(command.vaultServer.asked.filter(({ path }) => path.includes("/data/"))).toEqual([]);
  });

  it("exits 0 where nothing is missing, and tells programs the same as JSON", async () => {
    command.vault.put("notifications/notifications/SMTP_PASSWORD", planted, "2026-11-01T00:00:00Z");
    await command.setUp();
    const { code, stdout } = await command.run(["status", "--service", "notifications", "--format", "json"]);
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
    const { code, stdout } = await command.run(["status", "--service", "receipts"]);
    expect(stdout).toContain("npm run secrets -- put --site dc1 --service receipts --key ARCHIVE_SECRET_KEY");
    expect(stdout).toMatch(/^warning: no service can log in/m);
    expect(stdout).toMatch(/^warning: auth\/kubernetes-dc1 is not there; .*secrets -- setup --site dc1/m);
    expect(code).toBe(1);
  });

  it("says that nobody may read while what an operator set up is not as it should be", async () => {
    command.vault.put("notifications/notifications/SMTP_PASSWORD", planted, "2026-11-01T00:00:00Z");
    await command.setUp();
    command.vault.others.set("sys/policies/acl/gemelos-services", { policy: 'path "*" { capabilities = ["read"] }' });
    const { code, stdout } = await command.run(["status", "--service", "notifications"]);
    expect(stdout).toMatch(/SMTP_PASSWORD .* nobody$/m);
    expect(stdout).toMatch(/^warning: sys\/policies\/acl\/gemelos-services is not as it should be: policy; /m);
    expect(code).toBe(1);
  });

  it("takes a deleted version for missing", async () => {
    command.vault.put(gateway, planted, "2026-11-01T00:00:00Z");
    for (const version of command.vault.secrets.get(gateway) ?? []) version.deletion_time = "2026-11-02T00:00:00Z";
    expect((await command.run(card("status"))).stdout).toMatch(/GATEWAY_API_KEY +supplied +files +MISSING +1 /);
  });
});
