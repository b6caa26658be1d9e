import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unknownValue } from "../../../../sandbox/providers/protocol/values.ts";
import { randomText } from "../../../../sandbox/providers/random/characters.ts";
import { random } from "../../../../sandbox/providers/random/provider.ts";
import { ProviderClient } from "../../../support/providerClient.ts";

const password = "random:index/randomPassword:RandomPassword";
const randomString = "random:index/randomString:RandomString";
const randomId = "random:index/randomId:RandomId";
const uuid = "random:index/randomUuid:RandomUuid";
let client: ProviderClient;

beforeAll(async () => {
  client = await ProviderClient.start(random);
});

afterAll(() => client.close());

test("a password has the length, the characters and the minimums that were asked for", () => {
  const count = fc.integer({ min: 0, max: 3 });
  const wanted = fc.record({
    length: fc.integer({ min: 12, max: 40 }),
    minLower: count,
    minUpper: count,
    minNumeric: count,
    minSpecial: count,
  });
  fc.assert(
    fc.property(wanted, (inputs) => {
      const text = randomText({
        lower: true,
        upper: true,
        numeric: true,
        special: true,
        ...inputs,
        overrideSpecial: "-_",
      });
      expect(text).toMatch(/^[a-zA-Z0-9_-]*$/);
      expect(text).toHaveLength(inputs.length);
      expect(text.match(/[a-z]/g)?.length ?? 0).toBeGreaterThanOrEqual(inputs.minLower);
      expect(text.match(/[A-Z]/g)?.length ?? 0).toBeGreaterThanOrEqual(inputs.minUpper);
      expect(text.match(/[0-9]/g)?.length ?? 0).toBeGreaterThanOrEqual(inputs.minNumeric);
      expect(text.match(/[-_]/g)?.length ?? 0).toBeGreaterThanOrEqual(inputs.minSpecial);
    }),
  );
});

test("a minimum does not stand where it was drawn: any position may hold it", () => {
  const positions = new Set(
    Array.from({ length: 200 }, () =>
      randomText({ length: 8, lower: false, upper: false, numeric: true, minSpecial: 1, overrideSpecial: "#" }).indexOf(
        "#",
      ),
    ),
  );
  expect(positions.size).toBeGreaterThan(4);
});

test("a password is secret, and its id, which is shown, is not the password", async () => {
  const { id, outputs } = await client.create(password, { length: 20 });
  expect(id).toBe("none");
  expect(outputs.secrets).toEqual([["result"]]);
  expect(outputs.value["result"]).toMatch(/^.{20}$/);
});

test("in a preview nothing is drawn", async () => {
  const { outputs } = await client.create(password, { length: 20 }, { preview: true });
  expect(outputs.value["result"]).toBe(unknownValue);
  expect(outputs.secrets).toEqual([["result"]]);
});

test("a changed keeper or length draws anew; an input that says its default does not", async () => {
  const known = await client.create(password, { length: 20, keepers: { round: "1" } });
  expect((await client.diff(password, known, { length: 20, special: true, keepers: { round: "1" } })).changes).toEqual(
    [],
  );
  expect((await client.diff(password, known, { length: 20, keepers: { round: "2" } })).changes).toEqual([
    "keepers.round: UPDATE_REPLACE",
  ]);
  expect((await client.diff(password, known, { length: 21, keepers: { round: "1" } })).changes).toEqual([
    "length: UPDATE_REPLACE",
  ]);
});

test("a refresh leaves it as it is", async () => {
  const known = await client.create(password, { length: 20 });
  expect(await client.read(password, known)).toEqual(known);
});

test("an id's forms are those of one value, with its prefix", async () => {
  const { id, outputs } = await client.create(randomId, { byteLength: 4, prefix: "app-" });
  const hex = Buffer.from(id, "base64url").toString("hex");
  expect(outputs.value).toMatchObject({
    hex: `app-${hex}`,
    dec: `app-${Number.parseInt(hex, 16)}`,
    b64Url: `app-${id}`,
  });
});

describe("an import", () => {
  test("takes the value over, and keeps a password out of the id", async () => {
    const found = await client.read(password, "hunter2hunter2");
    expect(found).toMatchObject({
      id: "none",
      inputs: { value: { length: 14 } },
      outputs: { value: { result: "hunter2hunter2" }, secrets: [["result"]] },
    });
    expect(await client.read(randomId, "app-,yv66vg")).toMatchObject({
      id: "yv66vg",
      outputs: { value: { hex: "app-cafebabe" } },
      inputs: { value: { byteLength: 4, prefix: "app-" } },
    });
    expect(await client.read(uuid, "dd0a1624-16c3-485d-b27f-b19b6a29ef5b")).toMatchObject({
      outputs: { value: { result: "dd0a1624-16c3-485d-b27f-b19b6a29ef5b" } },
    });
  });

  test("of what is no such value is refused without repeating it", async () => {
    await expect(client.read(uuid, "s3cret")).rejects.toThrow(/is no UUID/);
    await expect(client.read(uuid, "s3cret")).rejects.not.toThrow(/s3cret/);
  });
});

test.each([
  [password, {}, "length: is missing"],
  [password, { length: 0 }, "length: is 0; it must be at least 1"],
  [password, { length: "20" }, "length: must be a whole number, 0 or more"],
  [
    password,
    { length: 2, minLower: 2, minUpper: 1 },
    "length: is 2, less than the 3 characters that the minimums ask for",
  ],
  [
    password,
    { length: 8, lower: false, upper: false, numeric: false, special: false },
    "lower: is false, and so are upper, numeric and special; allow at least one",
  ],
  [
    randomString,
    { length: 8, number: true },
    expect.stringMatching(/^number: is not handled by this stand-in; handled are keepers, length/),
  ],
])("%s %j is refused", async (type, inputs, failure) => {
  expect((await client.check(type, inputs)).failures).toEqual([failure]);
});
