import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { card, database, planted, refused, refusedWith, SecretsCommand, tax } from "../../support/secretsCommand.ts";

const command = await SecretsCommand.start();
beforeEach(() => command.reset());
afterAll(() => command.stop());

describe("rotate", () => {
  it("makes another value of the stated length and alphabet, keeps the old one, and has the operator read it", async () => {
    command.vault.put("declarations/tax-declarations/REDIS_PASSWORD", "old", "2026-11-01T00:00:00Z");
    const { code, stdout } = await command.run(tax("rotate", "REDIS_PASSWORD"));
    const [old, current] = command.vault.secrets.get("declarations/tax-declarations/REDIS_PASSWORD") ?? [];
    expect(old?.value).toBe("old");
    expect(current?.value).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(stdout).not.toContain(current?.value ?? "");
    expect(stdout).toMatch(/^tax-declarations REDIS_PASSWORD is version 2 in dc1; version 1 /);
    expect(stdout).toMatch(/External Secrets Operator .*Deployment declarations\/tax-declarations/);
    const [, patch] = command.cluster.asked;
    expect(patch?.path).toBe("/apis/external-secrets.io/v1/namespaces/declarations/externalsecrets/tax-declarations");
    expect(Object.keys(Object(at(patch?.body, "metadata", "annotations")))).toEqual(["force-sync"]);
    expect(code).toBe(0);
  });

  it("with --no-restart leaves the pods, and says how they get the value", async () => {
    command.vault.put(database, "old", "2026-11-01T00:00:00Z");
    const { stdout } = await command.run([...tax("rotate"), "--no-restart"]);
    expect(stdout).toMatch(/old value until.*npm run secrets -- restart --site dc1 --service tax-declarations\n$/);
    expect(command.cluster.asked).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ["a supplied key", "GATEWAY_API_KEY", /^error: --key: GATEWAY_API_KEY is supplied, .*put/],
    ["an issued key", "SIGNING_KEY", /^error: --key: SIGNING_KEY is issued by Vault, .*renews/],
    ["a key that nobody made yet", "DB_PASSWORD", /^error: --key: DB_PASSWORD of card-payments .*first pulumi up/],
  ])("refuses %s", async (_, key, says) => {
    const result = await command.run(card("rotate", key));
    expect(result.stderr).toMatch(says);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("does not overwrite what somebody else wrote in between", async () => {
    command.vault.put(database, "old", "2026-11-01T00:00:00Z");
    const { handle } = command.vault;
    command.vault.handle = (asked) => {
      const answer = handle(asked);
      if (asked.path.includes("/metadata/")) command.vault.put(database, "of somebody else", "2026-11-01T00:00:01Z");
      return answer;
    };
    const result = await command.run(tax("rotate"));
    expect(result.stderr).toMatch(/^error: the Vault of dc1 .* answered 400 .*check-and-set/);
    expect(refusedWith(result)).toEqual(refused);
    expect(command.vault.secrets.get(database)?.map(({ value }) => value)).toEqual(["old", "of somebody else"]);
  });
});

describe("rollback", () => {
  beforeEach(() => {
    for (const value of ["first", planted, "third"]) command.vault.put(database, value, "2026-11-01T00:00:00Z");
  });

  it("writes the version before the newest again, and shows nothing of it", async () => {
    const { code, stdout } = await command.run(tax("rollback"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^.*version 2\ntax-declarations DB_PASSWORD is version 4 in dc1/);
    expect(command.vault.secrets.get(database)?.at(-1)?.value).toBe(planted);
  });

  it("writes the version that is named", async () => {
    await command.run([...tax("rollback"), "--to", "1"]);
    expect(command.vault.secrets.get(database)?.at(-1)?.value).toBe("first");
  });

  it.each<[string, RegExp]>([
    ["3", /^error: --to: DB_PASSWORD .*\b3\b; there are 1 to 2/],
    ["9", /^error: --to: DB_PASSWORD .*\b9\b; there are 1 to 2/],
    ["0", /must be the number of a version/],
    ["last", /must be the number of a version/],
  ])("refuses version %s", async (version, says) => {
    const result = await command.run([...tax("rollback"), "--to", version]);
    expect(result.stderr).toMatch(says);
    expect(refusedWith(result)).toEqual(refused);
  });

  it("refuses a version that is deleted", async () => {
    const [first] = command.vault.secrets.get(database) ?? [];
    if (first !== undefined) first.deletion_time = "2026-11-02T00:00:00Z";
    expect((await command.run([...tax("rollback"), "--to", "1"])).stderr).toMatch(
      /^error: --to: version 1 of DB_PASSWORD is deleted/,
    );
  });
});
