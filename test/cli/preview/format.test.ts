import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, vi } from "vitest";
import type { GroupedChange } from "../../../cli/preview/changes.ts";
import { formatMarkdown, formatText, paintText } from "../../../cli/preview/format.ts";

const counts = new Map([["dc1", { create: 0, change: 1, delete: 0, same: 90 }]]);
const report = (changes: readonly GroupedChange[]) => ({ base: "main", counts, changes, retained: [], notes: [] });
const change = (one: string, other: string, title = "Deployment receipts"): GroupedChange => ({
  service: "receipts",
  title,
  kind: "change",
  sites: ["dc1"],
  options: [],
  fields: [{ path: "metadata.annotations.note", values: [{ sites: ["dc1"], one, other }] }],
});

describe("a value that somebody wrote", () => {
  it.each([
    ["text", formatText],
    ["Markdown", formatMarkdown],
  ])("stays in its line and in its order, in %s", (_, format) => {
    const text = format(report([change("a", "b\t\u202edna\u001b[1A", "Deployment a\nnote: all is well")]));
    expect(text).toContain("metadata.annotations.note  a -> b\\t\\u202edna\\u001b[1A\n");
    expect(text).toContain("Deployment a\\nnote: all is well\n");
  });
});

describe("a preview without any change", () => {
  it("is one line, and one more for each note", () => {
    expect(formatText({ ...report([]), notes: ["the packages differ"] })).toBe(
      "preview against main: nothing changes (90 resources in dc1)\nnote: the packages differ\n",
    );
  });
});

describe("colour", () => {
  const file = { sites: ["dc1"], one: "- a\nb\n- c", other: "- a\n- c" };
  const text = formatText(
    report([
      { ...change("a", "b"), kind: "change" },
      { ...change("a", "b"), fields: [{ path: "data.list", values: [file] }] },
      { ...change("a", "b"), kind: "delete", fields: [] },
    ]),
  );
  const paint = () => paintText(text).split("\n");

  it("marks what changes, goes and comes by its sign, and not the lists in a file", () => {
    vi.stubEnv("FORCE_COLOR", "1");
    const lines = paint();
    const coloured = lines
      .filter((line) => line !== stripVTControlCharacters(line))
      .map((line) => JSON.stringify(line));
    expect(coloured).toEqual([
      String.raw`"\u001b[1mpreview against main\u001b[22m"`,
      String.raw`"\u001b[1mreceipts\u001b[22m"`,
      String.raw`"\u001b[33m  ~ Deployment receipts\u001b[39m"`,
      String.raw`"\u001b[33m  ~ Deployment receipts\u001b[39m"`,
      String.raw`"\u001b[36m        @ line 1\u001b[39m"`,
      String.raw`"\u001b[31m        -b\u001b[39m"`,
      String.raw`"\u001b[31m  - Deployment receipts\u001b[39m"`,
      String.raw`"\u001b[1mdc1: 0 to create, 1 to change, 0 to delete, 90 unchanged\u001b[22m"`,
    ]);
    vi.unstubAllEnvs();
  });

  it("is none where NO_COLOR is set", () => {
    vi.stubEnv("FORCE_COLOR", undefined);
    vi.stubEnv("NO_COLOR", "1");
    expect(paint().join("\n")).toBe(text);
    vi.unstubAllEnvs();
  });
});
