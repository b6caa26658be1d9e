import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeLiquid } from "../../../../cli/adopt/reading/configFiles.ts";
import { renderConfiguration } from "../../../../components/catalogue/templates.ts";
import { adoptText } from "../manifests.ts";

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

describe("a file whose path config/ cannot have", () => {
  it.each(["sub/a.yml", "we ird.yml", "año.yml"])("is left out, and it is said why: %s", (path) => {
    const adopted = adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - name: orders
          image: registry.example.org/orders:1
          resources: { requests: { memory: 1Gi } }
          volumeMounts: [{ name: files, mountPath: /etc/orders }]
      volumes: [{ name: files, configMap: { name: settings, items: [{ key: a, path: "${path}" }, { key: b, path: b.yml }] } }]
---
kind: ConfigMap
metadata: { name: settings }
data: { a: "x: 1", b: "y: 1" }
`);
    expect(Object.keys(adopted.templates)).toEqual(["b.yml"]);
    const lost = adopted.compare(adopted.service).rows.filter(({ verdict }) => verdict.list === "not carried over");
    expect(lost.map((row) => row.path)).toEqual([
      expect.stringMatching(/items\[0\]\.key$/),
      expect.stringMatching(/items\[0\]\.path$/),
      "data.a",
    ]);
    for (const { verdict } of lost) expect(verdict).toMatchObject({ reason: expect.stringContaining("one folder") });
  });
});
