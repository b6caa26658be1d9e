import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { duplicateKeys } from "../../site/duplicateKeys.ts";

const duplicates = (text: string) => duplicateKeys(parseDocument(text, { uniqueKeys: false }));

test("every key that its map has already is named, with its place, however deep it stands", () => {
  const text = "a: 1\nb:\n  - { c: 1, c: 2 }\na: 3\na: 4\n";
  expect(duplicates(text)).toEqual([
    { key: "c", offset: text.indexOf("c: 2") },
    { key: "a", offset: text.indexOf("a: 3") },
    { key: "a", offset: text.indexOf("a: 4") },
  ]);
});

test("keys that become one in an object are the same, however they are written", () => {
  expect(duplicates('1: a\n"1": b\n').map(({ key }) => key)).toEqual(["1"]);
  expect(duplicates("x: &k a\nb: 1\n*k : 2\na: 3\n").map(({ key }) => key)).toEqual(["a"]);
});

test("the same key in two maps is none", () => {
  expect(duplicates("a: { c: 1 }\nb: { c: 1 }\n")).toEqual([]);
});
