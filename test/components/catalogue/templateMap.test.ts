import fc from "fast-check";
import { Liquid } from "liquidjs";
import { describe, expect, test } from "vitest";
import { templatePlaces } from "../../../components/catalogue/templateMap.ts";

const liquid = new Liquid();
const scope = { a: "one\ntwo", list: ["x", "yy"], yes: true, no: false };

/** What of the template the first character of a text in the rendered file comes from, up to the end of its line. */
function origin(template: string, text: string, nth = 0): string {
  const rendered = String(liquid.parseAndRenderSync(template, scope));
  let index = rendered.indexOf(text);
  for (let count = 0; count < nth; count += 1) index = rendered.indexOf(text, index + 1);
  const place = templatePlaces(liquid, template, scope)?.(index);
  return template.slice(place?.index).split("\n", 1)[0] ?? "";
}

describe("a place of the rendered text is found in the template", () => {
  test.each<[what: string, template: string, text: string, from: string, nth?: number]>([
    ["without any expression", "k: 1\nl: 2\n", "l:", "l: 2"],
    ["behind an expression that gives two lines", "k: {{ a }}\nl: 2\n", "l:", "l: 2"],
    ["within what an expression gives", "k: {{ a }}\nl: 2\n", "two", "{{ a }}"],
    ["in a loop, the second time", "{% for i in list %}\nk: {{ i }}!\n{% endfor %}", "!", "!", 1],
    ["behind a loop", "{% for i in list %}\nk\n{% endfor %}l: 2", "l:", "l: 2"],
    ["in a branch", "{% if yes %}\nk: 1\n{% else %}\nl: 2\n{% endif %}", "k: 1", "k: 1"],
    ["in the other branch", "{% if no %}\nk: 1\n{% else %}\nl: 2\n{% endif %}", "l: 2", "l: 2"],
    ["of a case", "{% case a %}{% when 'b' %}k{% else %}l{% endcase %}m", "m", "m"],
    ["where white space is left out", "k:   {{- a -}}   \n\n  l: 2\n", "l:", "l: 2"],
    ["in text that stays as it is", "{{ a }}{% raw %} {{ b }} l{% endraw %}", "l", "l{% endraw %}"],
    ["behind a comment", "{% comment %} x\n y {% endcomment %}l: 2", "l:", "l: 2"],
    ["kept in a variable", "{% capture b %}\nk: 1\n{% endcapture %}\n{{ b }}l: 2", "l:", "l: 2"],
  ])("%s", (_, template, text, from, nth) => {
    expect(origin(template, text, nth)).toBe(from);
  });
});

test("an expression is named", () => {
  expect(templatePlaces(liquid, "k: {{ a }}", scope)?.(4)).toEqual({ index: 3, expression: "{{ a }}" });
});

test("where a filter sees the marks nothing is said", () => {
  expect(templatePlaces(liquid, "{% capture b %}k{% endcapture %}{{ b | size }}", scope)).toBeUndefined();
});

test("every character of a template's own text is found where it stands", () => {
  const piece = fc.constantFrom("{{ a }}", "{% if yes %}", "{% endif %}", "text\n", "k: ", "{{- a }}");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const template = pieces.join("");
      let rendered: string;
      try {
        rendered = String(liquid.parseAndRenderSync(template, scope));
      } catch {
        return;
      }
      const places = templatePlaces(liquid, template, scope);
      for (let index = 0; index < rendered.length; index += 1) {
        const place = places?.(index);
        if (place?.expression === undefined) expect(template[place?.index ?? -1]).toBe(rendered[index]);
        else expect(place.expression).toMatch(/^\{\{.*\}\}$/);
      }
    }),
  );
});
