import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visibleLine, visibleText } from "../../command/visibleText.ts";

describe("text that others wrote", () => {
  it.each([
    ["a terminal's escape", "\u001b[2Jgone", "\\u001b[2Jgone"],
    ["an escape in one character", "\u009b31mred", "\\u009b31mred"],
    ["a return that writes over the line", "0 to delete\r9", "0 to delete\\u000d9"],
    ["a backspace and a delete", "a\b\u007f", "a\\u0008\\u007f"],
    ["a mark that turns the reading order", "a\u202eb\u2066c\u200fd\u061ce", "a\\u202eb\\u2066c\\u200fd\\u061ce"],
    ["what has no width", "pay\u200bments\ufeff\u00ad", "pay\\u200bments\\ufeff\\u00ad"],
    ["a filler that looks like a space", "a\u3164b", "a\\u3164b"],
    ["a line separator", "a\u2028b", "a\\u2028b"],
    ["tags beyond the first plane", "a\u{e0041}", "a\\udb40\\udc41"],
    ["half a character", "a\ud83d", "a\\ud83d"],
  ])("shows %s", (_, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it("leaves letters, accents, emoji, lines and tabs as they are", () => {
    const text = "Declaración de año\n\tнет 漢字 ✔\ufe0f 🏛 é";
    expect(visibleText(text)).toBe(text);
  });

  it("stays in its line where it must be one", () => {
    expect(visibleLine("fine\ndc1: 0 to delete\t!")).toBe("fine\\ndc1: 0 to delete\\t!");
  });

  it("as JSON keeps its meaning", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const json = JSON.stringify({ text }, null, 2);
        expect(JSON.parse(visibleText(json))).toEqual({ text });
      }),
    );
  });

  it("changes nothing more when it passes twice", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visibleText(visibleText(text))).toBe(visibleText(text));
      }),
    );
  });
});
