import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { paintText } from "../../../cli/preview/paint.ts";

describe("colour", () => {
  const text = [
    "preview against main",
    "",
    "receipts",
    "  ~ ConfigMap receipts-config",
    "      data.list",
    "        @ line 1",
    "         - a",
    "        -b",
    "        +- c",
    "      + spec.egress  10.1.30.9/32",
    "  - Deployment receipts",
    "",
  ].join("\n");
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
      String.raw`"\u001b[33m  ~ ConfigMap receipts-config\u001b[39m"`,
      String.raw`"\u001b[36m        @ line 1\u001b[39m"`,
      String.raw`"\u001b[31m        -b\u001b[39m"`,
      String.raw`"\u001b[32m        +- c\u001b[39m"`,
      String.raw`"\u001b[32m      + spec.egress  10.1.30.9/32\u001b[39m"`,
      String.raw`"\u001b[31m  - Deployment receipts\u001b[39m"`,
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
