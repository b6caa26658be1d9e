import { describe, expect, it } from "vitest";
import { catalogueLines, expectTold, orders, withValue } from "./support/wrongInput.ts";

const unknown = /unknown.*remove it or correct/;
const secret = "hunter2-hunter2";
const looksLike = /looks like a secret.*Git.*put it under secrets/;
const neverHere = /generated\(\), supplied\(.*a secret's value never stands here/;

describe("a secret in the wrong place is refused, and its value is not shown", () => {
  it.each<[field: string, value: unknown, says: RegExp, below?: string]>([
    ["env.DB_PASSWORD", secret, looksLike],
    ["env.apiKey", secret, looksLike],
    ["env.PGPASSWORD", secret, looksLike],
    ["env.MYSQL_PWD", secret, looksLike],
    ["env.DB_PWD", secret, looksLike],
    ["env.DBPASSWORD", secret, looksLike],
    ["env.dbPassword", secret, looksLike],
    ["env.AUTHTOKEN", secret, looksLike],
    ["env.JDBC_URL", `jdbc:postgresql://u:${secret}@db`, /URL with a password.*put it under secrets/],
    ["env.DB_PASSWORD", { value: secret }, /text in quotes, \{ fieldPath \}, or \{ resource/],
    ["args", `java -Ddb.password=${secret}`, /must be a list/],
    ["env", [`DB_PASSWORD=${secret}`], /must be a map/],
    ["secrets.DB_PASSWORD", secret, neverHere],
    ["secrets.DB_PASSWORD", { secretName: "orders", value: secret }, unknown, ".value"],
    ["secrets.DB_PASSWORD", { secretName: `${secret}!` }, /name of a Kubernetes Secret/, ".secretName"],
  ])("%s", async (field, value, says, below = "") => {
    const lines = await catalogueLines(withValue(orders, field.split("."), value));
    expectTold(lines, { place: `services/orders: ${field}${below}`, says });
    expect(lines.join()).not.toContain(secret);
  });

  it.each(["SECRETARY_URL", "TOKENIZER", "COMPASS", "PASSENGERS"])("%s is no secret", async (name) => {
    expect(await catalogueLines({ ...orders, env: { [name]: "x" } })).toEqual([]);
  });
});
