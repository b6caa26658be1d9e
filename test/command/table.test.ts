import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTable, wrapLine } from "../../command/table.ts";

const titles = ["service", "memory", "exposure", "image"];
const rows = [
  ["receipts", "1Gi", "https://receipts.tax.example/", "receipts:1.4.2"],
  ["tax-declarations", "512Mi-1Gi", "-", "tax-declarations:5.11.2"],
];
const optional = ["image", "exposure"];

function widest(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}

describe("a table on a terminal", () => {
  test("has every column where there is room, or where no terminal is", () => {
    for (const width of [undefined, 200]) {
      const text = formatTable({ titles, rows, optional }, width);
      expect(text).toContain("https://receipts.tax.example/  receipts:1.4.2");
      expect(text).not.toContain("left out");
    }
  });

  test("leaves out the least important column first, and says which", () => {
    const text = formatTable({ titles, rows, optional }, 55);
    expect(widest(text)).toBeLessThanOrEqual(55);
    expect(text).toContain("receipts:1.4.2");
    expect(text).not.toContain("https://");
    expect(text).toMatch(/left out at 55 columns.*--format wide.*exposure/s);
  });

  test("where not even the columns fit that nobody can do without, each row is a block, and nothing is left out", () => {
    expect(formatTable({ titles, rows, optional }, 25)).toMatchInlineSnapshot(`
      "service   receipts
      memory    1Gi
      exposure  https://receipts.tax.example/
      image     receipts:1.4.2

      service   tax-declarations
      memory    512Mi-1Gi
      exposure  -
      image     tax-declarations:5.11.2
      "
    `);
  });

  test("shows in a block, too, what would act on the terminal", () => {
    expect(formatTable({ titles: ["a"], rows: [["\u001b[2Jlong enough"]] }, 5)).toBe("a  \\u001b[2Jlong enough\n");
  });

  test("never wraps, unless a single value is wider than the terminal", () => {
    const cell = fc.stringMatching(/^[a-z]{1,20}$/);
    const table = fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.integer({ min: 30, max: 120 }), (lines, width) => {
        const text = formatTable({ titles, rows: lines, optional }, width);
        expect(widest(text)).toBeLessThanOrEqual(width);
        for (const [service, memory] of lines) {
          expect(text).toContain(service);
          expect(text).toContain(memory);
        }
      }),
    );
  });

  test("with one long line in a cell of several lines, it is the longest that counts", () => {
    const text = formatTable({ titles: ["a", "b"], rows: [["x", "short\nmuch longer"]], optional: ["b"] }, 8);
    expect(text).not.toContain("much longer");
  });
});

describe("a line on a terminal", () => {
  test("is broken between words and never in one", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 120 }), (list, width) => {
        const wrapped = wrapLine(list.join(" "), width);
        expect(wrapped.split(/\s+/)).toEqual(list);
        expect(widest(wrapped)).toBeLessThanOrEqual(width);
      }),
    );
  });

  test("a word that is wider than the terminal stays whole", () => {
    expect(wrapLine("see https://a.very.long.example/path now", 10)).toBe(
      "see\n  https://a.very.long.example/path\n  now",
    );
  });

  test("stays as it is where no terminal is", () => {
    expect(wrapLine("a ".repeat(100), undefined)).toBe("a ".repeat(100));
  });
});
