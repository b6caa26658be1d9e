import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Answer, Asked } from "../../support/httpsServer.ts";
import { card, gateway, planted, ready, SecretsCommand } from "../../support/secretsCommand.ts";

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
        "host                  certificate  present  expires  days left  services       Secret in",
        "payments.tax.example  supplied     MISSING  -        -          card-payments  payments",
        "",
        "2 missing in dc1:",
        "  card-payments DB_PASSWORD is made by pulumi up --stack dc1",
        "  npm run secrets -- put --site dc1 --host payments.tax.example --certificate FILE --key FILE",
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
      hosts: [],
      warnings: [],
      unknown: [],
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

describe("the certificates of hosts in the status", () => {
  const dayLength = 86_400_000;
  const ahead = (days: number) => new Date(Date.now() + days * dayLength + 3_600_000).toISOString();
  const api = "hosts/api.tax.example";

  /** The line of a host, and what is said beside the tables. */
  async function hostLines(service: string): Promise<{ row: string | undefined; said: string[]; code: number | null }> {
    await command.setUp();
    const { stdout, code } = await command.run(["status", "--service", service]);
    const lines = stdout.split("\n");
    return {
      row: lines.find((line) => /^\S+\.tax\.example /.test(line))?.replaceAll(/ {2,}/g, " | "),
      said: lines.filter((line) => /^(warning|not known): /.test(line)),
      code,
    };
  }

  function put(days: number, version = "1"): void {
    command.vault.put(api, "", "2026-11-01T00:00:00Z", { certificate: "c", key: "k" });
    command.vault.custom.set(api, { version, expires: ahead(days) });
  }

  it("say how many days an operator's has left, and read neither it nor its key", async () => {
    put(90);
    const { row, said } = await hostLines("tax-declarations");
    expect(row).toBe(
      `api.tax.example | supplied | yes | ${ahead(90).slice(0, 10)} | 90 | tax-declarations | declarations`,
    );
    expect(said).toEqual([]);
    expect(command.vaultServer.asked.filter(({ path }) => path.includes("/data/"))).toEqual([]);
    expect(command.cluster.asked).toEqual([]);
  });

  it.each([
    ["ends soon", 29, "1", /expires in 29 days; have the next one issued, and npm run secrets -- put .*--host api\./],
    ["has expired", -1, "1", /api\.tax\.example has expired; /],
    ["was written by other means", 90, "7", /nobody knows when the certificate of api\.tax\.example expires/],
  ])("warn of one that %s", async (_, days, version, says) => {
    put(days, version);
    const { said, code } = await hostLines("tax-declarations");
    expect(said).toEqual([expect.stringMatching(says)]);
    expect(code).toBe(1);
  });

  const externalSecret =
    (status: object) =>
    (asked: Asked): Answer =>
      asked.path.includes("/externalsecrets/") ? [200, { status }] : ready(asked);

  it("say when an issued one was renewed last, by the object that has it renewed", async () => {
    command.clusterAnswers = externalSecret({ refreshTime: ahead(-20) });
    const { row, said } = await hostLines("taxpayer-registry");
    expect(row).toBe(
      `taxpayers.dc1.tax.example | issued | yes | ${ahead(70).slice(0, 10)} | 70 | taxpayer-registry | taxpayers`,
    );
    expect(said).toEqual([]);
    expect(command.cluster.asked.at(-1)?.path).toBe(
      "/apis/external-secrets.io/v1/namespaces/taxpayers/externalsecrets/taxpayers.dc1.tax.example",
    );
    command.clusterAnswers = externalSecret({ refreshTime: ahead(-80) });
    expect((await hostLines("taxpayer-registry")).said).toEqual([
      expect.stringMatching(/should have been renewed; .*kubectl describe externalsecret taxpayers\.dc1/),
    ]);
  });

  it("say what nobody knows while the cluster cannot be asked, or does not let it be read", async () => {
    command.clusterAnswers = (asked) => (asked.path.includes("/externalsecrets/") ? [403, {}] : ready(asked));
    const denied = await hostLines("taxpayer-registry");
    expect(denied.row).toContain("| issued | - | - | - |");
    expect(denied.said).toEqual([
      expect.stringMatching(/^not known: taxpayers\.dc1\.tax\.example: permission denied for context tax-dc1/),
    ]);
    command.clusterAnswers = () => [200, { metadata: { name: "kube-system", uid: "another" } }];
    expect((await hostLines("taxpayer-registry")).said).toEqual([
      expect.stringMatching(/points to a different cluster/),
    ]);
    command.clusterAnswers = (asked) => (asked.path.includes("/externalsecrets/") ? [404, {}] : ready(asked));
    expect((await hostLines("taxpayer-registry")).row).toContain("| MISSING |");
  });
});
