import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeLiquid } from "../../../../cli/adopt/reading/configFiles.ts";
import { renderConfiguration } from "../../../../components/catalogue/templates.ts";

function rendered(text: string): unknown {
  const { files, diagnostics } = renderConfiguration([{ name: "a", file: "a", text: escapeLiquid(text) }], {});
  return diagnostics.length > 0 ? diagnostics : files["a"];
}

describe("a file taken into config/", () => {
  it("stays as it is where nothing looks like a template", () => {
    expect(escapeLiquid("a: ${B}\nc: {d: 1}\n")).toBe("a: ${B}\nc: {d: 1}\n");
  });

  it("is wrapped only where it does", () => {
    expect(escapeLiquid("a: 1\nb: x {{ y }} z\n")).toBe("a: 1\nb: x {% raw %}{{ y }} z{% endraw %}\n");
  });

  it("renders to itself, whatever it holds", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "{%",
      "%}",
      "{% raw %}",
      "{% endraw %}",
      "{%- endraw -%}",
      "a",
      " ",
      "\n",
      "\r\n",
      '"',
      "{",
      "-",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(rendered(pieces.join(""))).toBe(pieces.join(""));
      }),
      { numRuns: 2000 },
    );
  });
});
