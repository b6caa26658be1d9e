import { expect, test } from "vitest";
import { formHint, secretForms } from "../../../components/cleartext/secretForms.ts";
import { findForms } from "../../../components/cleartext/text.ts";
import { readClearText } from "../../support/clearText.ts";

const planted = await readClearText("planted");

test("every form is named, and searches a text as a whole", () => {
  for (const { what, pattern } of secretForms) {
    expect(what).toMatch(/^(a|an|credentials) /);
    expect(pattern.global).toBe(true);
  }
});

test("the quick look never says no where a form would be found", () => {
  const texts = planted.map(({ manifests }) => manifests);
  const missed = texts.filter(
    (text) => !formHint.test(text) && secretForms.some(({ pattern }) => text.search(pattern) !== -1),
  );
  expect(missed).toEqual([]);
});

test.each([
  "://",
  "-----BEGIN PRIVATE KEY-----",
  "mysql ",
  "a=",
  '"password": "',
  "password: ",
  "{{",
  "authorization: ",
])("a megabyte of %j takes no long time", (part) => {
  const start = performance.now();
  findForms(part.repeat(2 ** 20 / part.length));
  expect(performance.now() - start).toBeLessThan(5000);
});
