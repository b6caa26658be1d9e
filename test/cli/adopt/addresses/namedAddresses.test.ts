import { expect, test } from "vitest";
import { namedAddresses } from "../../../../cli/adopt/addresses/namedAddresses.ts";
import { variableTexts, wordTexts } from "../../../../cli/adopt/addresses/namedTexts.ts";

/** The hosts that variables name, and words that may refer to them. */
function hosts(variables: Readonly<Record<string, string>>, words: readonly string[] = []): string[] {
  const texts = [...variableTexts(Object.entries(variables), (name) => name, "variable"), ...wordTexts(words, String)];
  return namedAddresses(texts, new Map(Object.entries(variables))).map(({ host }) => host);
}

test.each([
  { DB_PASSWORD: "planted:8080" },
  { OPTIONS: "a=b password=planted:8080" },
  { API_TOKEN: "//planted:8080" },
  { SECRET_ENDPOINT_KEY: "x", SERVICE_TOKEN: "planted.example:443" },
])("a secret that looks like a host with a port is none: %j", (variables) => {
  expect(hosts(variables)).toEqual([]);
});

test("nor is one behind a URL's question mark, or where another text refers to it", () => {
  expect(hosts({ URL: "jdbc:postgresql://db/x?user=u&password=planted:8080" })).toEqual(["db"]);
  expect(hosts({}, ["--password", "planted:8080", "--key.password=planted:8080"])).toEqual([]);
  expect(hosts({ DB_PASSWORD: "planted:8080" }, ["--login=$(DB_PASSWORD)"])).toEqual([]);
  expect(hosts({ OPTIONS: "password=planted:8080 url=http://$(DB):80", DB: "db" })).toEqual(["db"]);
});

test("the host beside a password stays one", () => {
  expect(hosts({ URL: "amqp://u:planted@mq:5672", PASSWORD_SERVICE_URL: "http://vault:8200" })).toEqual([
    "mq",
    "vault",
  ]);
});
