import { describe, expect, it } from "vitest";
import { expectTold, siteServiceLines } from "./support/wrongInput.ts";

/** The file's name, its template, the line and column that are told, and the words that matter. */
type Wrong = readonly [what: string, name: string, template: string, place: string, says: RegExp];

const spaces = /^is no YAML: .*indent with spaces/;
const quotes = /^is no YAML: .*quotes/;
const once = /^is no YAML: this key stands twice.*keep one/;
const linedUp = /^is no YAML: .*line it up/;
const noColon = /^is no YAML: .*no colon.*add the colon/;

const unreadable: readonly Wrong[] = [
  ["a tab", "application.yaml", "server:\n\tport: 8080\n", "2:1", spaces],
  ["a key twice", "application.yaml", "a: 1\nb: 2\na: 3\n", "3:1", once],
  ["a key twice, deep", "application.yml", "s:\n  a: 1\n  a: 2\n", "3:3", once],
  ["a line that is indented otherwise", "application.yaml", "a:\n  - b\n c: d\n", "3:1", linedUp],
  ["a colon in a value", "application.yaml", "greeting: Dear: citizen\n", "1:11", quotes],
  ["a value that begins with @", "application.yaml", "version: @project.version@\n", "1:10", quotes],
  ["a value that begins with %", "application.yaml", "pattern: %d %m\n", "1:10", quotes],
  ["a value that begins with *", "application.yaml", "a: *.example\n", "1:5", quotes],
  ["a quote without end", "application.yaml", 'a: "b\nc: d\n', "1:4", /^is no YAML: .*closing quote/],
  ["an apostrophe within apostrophes", "application.yaml", "a: 'it's'\n", "1:8", quotes],
  ["a list without end", "application.yaml", "a: [1, 2\nb: 3\n", "2:1", /^is no YAML: /],
  ["a backslash in double quotes", "application.yaml", 'a: "\\d+"\n', "1:5", /^is no YAML: .*single quotes/],
  ["a key without a colon", "application.yaml", "server\n  port: 1\n", "1:1", /^is no YAML: /],
  ["no space behind the colon", "application.yaml", "a:b\nc: d\n", "1:1", noColon],
  ["a list in a map", "application.yaml", "a: b\n- c\n", "2:1", /^is no YAML: /],
  ["another program's YAML", "jmx-exporter.yaml", "rules:\n- a: b\n\tc: d\n", "3:1", spaces],
  ["a comma too many", "codes.json", '{\n  "a": 1,\n}\n', "3:1", /^is no JSON: a comma stands before the end/],
  ["a comma too few", "codes.json", '{\n  "a": 1\n  "b": 2\n}\n', "3:3", /^is no JSON: a comma is missing/],
  ["a comment", "codes.json", "{\n  // why\n}\n", "2:3", /^is no JSON: JSON has no comments/],
  ["single quotes", "codes.json", "{'a': 1}\n", "1:2", /^is no JSON: .*double quotes/],
  ["a brace without end", "codes.json", '{\n  "a": 1\n', "3:1", /^is no JSON: it ends too early/],
  ["an element without end", "logback-spring.xml", "<a>\n  <b>\n</a>\n", "3:1", /^is no XML: .*end tag for element b/],
  ["an ampersand", "logback-spring.xml", "<a>\n  R&D\n</a>\n", "2:4", /^is no XML: .*&amp;/],
  ["a less-than sign", "logback-spring.xml", '<a b="x < y"/>', "1:9", /^is no XML: .*&lt;/],
  ["an attribute without quotes", "persistence.xml", "<a b=c/>", "1:6", /^is no XML: /],
  ["two roots", "log4j2.xml", "<a/>\n<b/>\n", "2:1", /^is no XML: /],
  ["a line before the declaration", "log4j2.xml", '\n<?xml version="1.0"?><a/>\n', "2:1", /^is no XML: /],
  ["a comment with two dashes", "log4j2.xml", "<!-- a -- b -->\n<a/>\n", "1:8", /^is no XML: .*comment/],
  [
    "a backslash before u",
    "application.properties",
    "a=1\nb=C:\\users\n",
    "2:5",
    /four hexadecimal digits.*for a backslash/,
  ],
  [
    "a key twice with two values",
    "application.properties",
    "a=1\nb=2\na=3\n",
    "3:1",
    /^states a again.*the later; keep one/,
  ],
];

describe("a file that the program's own parser refuses: line and column of the template, and what to do", () => {
  it.each(unreadable)("%s (%s)", async (_what, name, template, place, says) => {
    const lines = await siteServiceLines({ files: { [name]: template } });
    expectTold(lines, { place: `services/orders/config/${name}:${place}`, says });
  });

  it("counts the template's lines, not those of the text that it gives", async () => {
    const list = "{% for port in (1..9) %}\n  - {{ port }}\n{% endfor %}";
    expectTold(await siteServiceLines({ text: `ports:${list}\nserver:\n\tport: 1\n` }), {
      place: "services/orders/config/application.yaml:5:1",
      says: spaces,
    });
  });

  it("names the expression that gives what no parser reads", async () => {
    const text = "a: {{ site.contact }}\n";
    expectTold(await siteServiceLines({ text, site: { contact: "@platform: call us" } }), {
      place: "services/orders/config/application.yaml:1:4",
      says: /quotes.* colon\. Here stands what \{\{ site\.contact \}\} gives: does it need quotes\?$/,
    });
  });

  it("tells all files at once", async () => {
    const files = { "a.json": "{", "b.xml": "<b>", "c.yaml": "c: [", "d.properties": "a=1\na=2\n" };
    expect(await siteServiceLines({ files })).toHaveLength(4);
  });
});
