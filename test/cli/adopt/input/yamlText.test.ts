import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, LineCounter, parseAllDocuments, stringify } from "yaml";
import { readYaml } from "../../../../cli/adopt/input/yamlText.ts";

function documentsOf(text: string): readonly unknown[] {
  const yaml = readYaml(text);
  if ("problems" in yaml) throw new Error(JSON.stringify(yaml.problems));
  return yaml.documents;
}

const scalar = fc.oneof(
  fc.string({ unit: "grapheme-ascii" }),
  fc.constantFrom(
    "yes",
    "0644",
    "1:30",
    "2001-12-14",
    "~",
    "null",
    "1e3",
    "<<",
    "0x1f",
    "a: b",
    "- c",
    "# d",
    "{{ e }}",
  ),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z][a-z./-]{0,9}$/), tie("value"), { maxKeys: 4 }),
  ),
}));

describe("a text of YAML or JSON", () => {
  it("has the values that were written, in block form, in flow form and as JSON", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 3 }), (values) => {
        const block = values.map((value) => `---\n${stringify(value, { version: "1.1" })}`).join("");
        expect(documentsOf(block)).toEqual(values);
        for (const value of values) {
          expect(documentsOf(JSON.stringify(value))).toEqual([value]);
          expect(documentsOf(JSON.stringify(value, null, "\t"))).toEqual([value]);
        }
      }),
    );
  });

  it("has its fields where another reader of YAML finds them", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), anyValue, { minKeys: 1 }), (value) => {
        const text = stringify(value, { version: "1.1" });
        const lines = new LineCounter();
        const [document] = parseAllDocuments(text, { version: "1.1", lineCounter: lines });
        const yaml = readYaml(text);
        if ("problems" in yaml || document === undefined || !isMap(document.contents)) throw new Error(text);
        for (const { key } of document.contents.items) {
          if (!isScalar(key) || typeof key.value !== "string") continue;
          expect(yaml.lineOf(0, [key.value])).toBe(lines.linePos(key.range?.[0] ?? 0).line);
        }
      }),
    );
  });

  it.each([
    ["yes", true],
    ["off", false],
    ["0644", 420],
    ["0o644", 420],
    ["0x1f", 31],
    ["1_000", 1000],
    ["08", 8],
    ["1e3", 1000],
    ["1:30", "1:30"],
    ["2001-12-14", "2001-12-14"],
    ["1e999", "1e999"],
    ["~", null],
  ])("is read as kubectl reads it: %s", (text, value) => {
    expect(documentsOf(`a: ${text}\n`)).toEqual([{ a: value }]);
  });

  it("may merge maps by their anchors", () => {
    expect(documentsOf("a: &a { b: 1, c: 2 }\nd: { <<: *a, c: 3 }\n")).toEqual([
      { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } },
    ]);
  });

  it("knows the line of a field behind an alias, and of the nearest thing around what is not there", () => {
    const yaml = readYaml("kind: X\n---\nitems:\n  - &a\n    b:\n      - 2\n      - 3\n  - *a\n");
    if ("problems" in yaml) throw new Error("no YAML");
    expect(yaml.lineOf(1, ["items", 1, "b", 1])).toBe(7);
    expect(yaml.lineOf(1, ["items", 0, "c"])).toBe(5);
    expect(yaml.lineOf(0, ["metadata"])).toBe(1);
  });

  it("with many keys twice names some of them, and counts the others", () => {
    const yaml = readYaml(`a: 1\n${"a: 2\n".repeat(1000)}`);
    if (!("problems" in yaml)) throw new Error("no problems");
    expect(yaml.problems).toHaveLength(6);
    expect(yaml.problems.at(-1)).toEqual({ line: 7, message: "995 more keys from here on stand in their maps twice" });
  });

  it("of 10,000 documents, or with 10,000 anchors of one name, is read at once", () => {
    const start = performance.now();
    expect(documentsOf("---\na: 1\n".repeat(10_000))).toHaveLength(10_000);
    const yaml = readYaml(`kind: X\nitems:\n${"- &a 1\n- *a\n".repeat(10_000)}`);
    if ("problems" in yaml) throw new Error("no YAML");
    for (let index = 0; index < 20_000; index += 1) expect(yaml.lineOf(0, ["items", index])).toBe(index + 3);
    expect(performance.now() - start).toBeLessThan(4000);
  });
});
