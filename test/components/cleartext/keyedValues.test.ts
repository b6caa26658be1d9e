import { describe, expect, test } from "vitest";
import { type KeyedValue, propertiesValues, xmlValues, yamlValues } from "../../../components/cleartext/keyedValues.ts";

/** Names, value, and what the file has in that place. */
function shown(text: string, values: readonly KeyedValue[] | undefined) {
  return values?.map(({ keys, value, start, end }) => [keys.join("."), value, text.slice(start, end)]);
}

describe("every value with its names and its place", () => {
  test.each([
    [
      "a: { b: x, c: 'y z' }",
      [
        ["a.b", "x", "x"],
        ["a.c", "y z", "y z"],
      ],
    ],
    [
      "a:\n  - name: n\n    value: x\n",
      [
        ["a.0.name", "n", "n"],
        ["a.0.n", "x", "x"],
      ],
    ],
    [
      "a: |\n  x\nb: 1\n",
      [
        ["a", "x\n", "|\n  x"],
        ["b", "1", "1"],
      ],
    ],
    ['{"a": "x\\"y"}', [["a", 'x"y', 'x\\"y']]],
  ])("of YAML: %j", (text, values) => {
    expect(shown(text, yamlValues(text))).toEqual(values);
  });

  test.each([
    ["a.b = x\n", [["a.b", "x", "x"]]],
    ["a b\n# c=d\n", [["a", "b", "b"]]],
    ["export A='x y'\n", [["A", "x y", "x y"]]],
    ["a=x\\\n  y\n", [["a", "xy", "x\\\n  y"]]],
  ])("of properties: %j", (text, values) => {
    expect(shown(text, propertiesValues(text))).toEqual(values);
  });

  test.each([
    ['<a b="x&amp;y"/>', [["a.b", "x&y", "x&amp;y"]]],
    ["<a><b> x </b></a>", [["a.b", "x", "x"]]],
    [
      '<p name="n">x</p>',
      [
        ["p.name", "n", "n"],
        ["p.n", "x", "x"],
      ],
    ],
    [
      '<p name="n" value="x"/>',
      [
        ["p.name", "n", "n"],
        ["p.n", "x", "x"],
      ],
    ],
    ["<a><![CDATA[x]]></a>", [["a", "x", "x"]]],
    [
      "<a><key>n</key><string>x</string></a>",
      [
        ["a.key", "n", "n"],
        ["a.string.n", "x", "x"],
      ],
    ],
  ])("of XML: %j", (text, values) => {
    expect(shown(text, xmlValues(text))).toEqual(values);
  });
});

test("what is no YAML, or one text alone, has no values", () => {
  expect(yamlValues("a: [")).toBeUndefined();
  expect(yamlValues("just words")).toBeUndefined();
});
