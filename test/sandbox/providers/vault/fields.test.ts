import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../sandbox/providers/protocol/values.ts";
import { type Fields, fieldFailures, fieldsOf, fromWire, toWire } from "../../../../sandbox/providers/vault/fields.ts";

const fields: Fields = {
  ...fieldsOf("text", "roleName", { required: true }),
  ...fieldsOf("text", "tokenReviewerJwt", { writeOnly: true }),
  ...fieldsOf("texts", "boundServiceAccountNames"),
  ...fieldsOf("joined", "altNames"),
  ...fieldsOf("duration", "maxTtl"),
  ...fieldsOf("switch", "tokenNoDefaultPolicy"),
  keyUsages: { kind: "texts", wire: "key_usage" },
};

test("names are written as Vault writes them", () => {
  expect(
    toWire(fields, { boundServiceAccountNames: ["a"], altNames: ["b", "c"], keyUsages: ["d"], maxTtl: "1h" }),
  ).toEqual({
    bound_service_account_names: ["a"],
    alt_names: "b,c",
    key_usage: ["d"],
    max_ttl: "1h",
  });
});

test("what is not stated any more is emptied, so that it does not live on", () => {
  expect(toWire(fields, {}, { boundServiceAccountNames: ["a"], maxTtl: "1h", tokenNoDefaultPolicy: true })).toEqual({
    bound_service_account_names: [],
    max_ttl: "0",
    token_no_default_policy: false,
  });
});

test("what Vault gives back has the names and the kinds of the inputs, without what it keeps to itself", () => {
  expect(
    fromWire(fields, { role_name: "a", token_reviewer_jwt: "x", max_ttl: 3600, alt_names: "b,c", other: 1 }),
  ).toEqual({
    roleName: "a",
    maxTtl: "3600",
    altNames: ["b", "c"],
  });
});

test("lists come back as they were written", () => {
  const names = fc.array(fc.stringMatching(/^[a-z.]{1,6}$/));
  fc.assert(
    fc.property(names, names, (boundServiceAccountNames, altNames) => {
      const inputs = { boundServiceAccountNames, altNames };
      expect(fromWire(fields, toWire(fields, inputs))).toEqual(inputs);
    }),
  );
});

describe("what is wrong", () => {
  const told = (inputs: Parameters<typeof fieldFailures>[1]) =>
    fieldFailures(fields, inputs).map(({ property, reason }) => `${property} ${reason}`);

  test.each([
    [{}, /^roleName .*missing/],
    [{ roleName: 1 }, /^roleName .*text/],
    [{ roleName: "a", keyUsages: "x" }, /^keyUsages .*list of texts/],
    [{ roleName: "a", namespace: "n" }, /^namespace .*Vault Enterprise/],
    [{ roleName: "a", disableRead: true }, /^disableRead .*metadata.*data/],
    [{ roleName: "a", cas: 0 }, /^cas .*second write/],
  ])("%j: %s", (inputs, message) => {
    expect(told(inputs)).toEqual([expect.stringMatching(message)]);
  });

  test("a field that is not handled is told with those that are", () => {
    expect(told({ roleName: "a", aliasMetadata: {} })).toEqual([
      expect.stringMatching(/^aliasMetadata is not handled .* roleName, /),
    ]);
  });

  test("a value that is not known yet is none of it", () => {
    expect(told({ roleName: unknownValue, keyUsages: [unknownValue] })).toEqual([]);
  });
});
