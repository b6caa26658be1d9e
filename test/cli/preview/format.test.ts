import { describe, expect, it } from "vitest";
import type { GroupedChange } from "../../../cli/preview/changes.ts";
import { formatMarkdown, formatText } from "../../../cli/preview/format.ts";

const counts = new Map([["dc1", { create: 0, change: 1, delete: 0, same: 90 }]]);
const nothing = { newSites: [], removedSites: [], services: [], retained: [], toFill: [], memory: {}, notes: [] };
const report = (changes: readonly GroupedChange[]) => ({ base: "main", counts, changes, ...nothing });
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
