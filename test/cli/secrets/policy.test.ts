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
    expect(writable.every((path) => path?.startsWith("services/data/"))).toBe(true);
  });
});
