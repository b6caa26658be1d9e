import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Answer, Asked } from "../../support/httpsServer.ts";
import { clusterUid, database, SecretsCommand, tax } from "../../support/secretsCommand.ts";

const command = await SecretsCommand.start();
beforeEach(() => command.reset());
afterAll(() => command.stop());

describe("a service whose pods cannot be restarted", () => {
  beforeEach(() => command.vault.put(database, "old", "2026-11-01T00:00:00Z"));

  it.each<[string, (asked: Asked) => Answer, RegExp]>([
    [
      "another cluster",
      () => [200, { metadata: { uid: "another" } }],
      /context tax-dc1 .*different cluster.*6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11.*another/,
    ],
    [
      "a cluster that denies",
      () => [403, { message: "no" }],
      /denied for context tax-dc1.*patch declarations\/tax-declarations/,
    ],
    [
      "a service that is not there yet",
      ({ method }) => (method === "GET" ? [200, { metadata: { uid: clusterUid } }] : [404, {}]),
      /no declarations\/tax-declarations yet.*pulumi up/,
    ],
  ])("%s: exit code 1, the new value stays, and the next step is said", async (_, answers, says) => {
    command.clusterAnswers = answers;
    const { code, stdout, stderr } = await command.run(tax("rotate"));
    expect(stderr).toMatch(/^tax-declarations was not restarted: /);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/Then: npm run secrets -- restart --site dc1 --service tax-declarations\n$/);
    expect(stdout).toContain("is version 2 in dc1");
    expect(code).toBe(1);
  });

  it("a kubeconfig that is not there", async () => {
    const { code, stderr } = await command.run(tax("rotate"), { env: { KUBECONFIG: command.project.path("nowhere") } });
    expect(stderr).toMatch(/^tax-declarations was not restarted: the kubeconfig .*ENOENT.*KUBECONFIG/);
    expect(code).toBe(1);
  });

  it("a kubeconfig without the site's context", async () => {
    await command.project.write("others", '{"apiVersion":"v1","kind":"Config","clusters":[],"users":[],"contexts":[]}');
    const { code, stderr } = await command.run(tax("rotate"), { env: { KUBECONFIG: command.project.path("others") } });
    expect(stderr).toMatch(/^tax-declarations was not restarted: the kubeconfig has no context tax-dc1; .*KUBECONFIG/);
    expect(code).toBe(1);
  });

  it("is restarted later by the command restart", async () => {
    const { code, stdout } = await command.run(["restart", "--service", "tax-declarations"]);
    expect(stdout).toMatch(/External Secrets Operator .*Deployment declarations\/tax-declarations/);
    expect(code).toBe(0);
  });
});
