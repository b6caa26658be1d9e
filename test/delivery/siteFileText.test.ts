import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Document, parse } from "yaml";
import { withLines } from "../../delivery/siteFileText.ts";
import { projectFolder } from "../../recorder/stackFile.ts";

const file = "Pulumi.dc1.yaml";
const release = `2.1.0@sha256:${"0e".repeat(32)}`;
const released = (service: string) => ["gemelos:releases", service] as const;

function withRelease(text: string, service: string, value = release): string {
  return withLines(text, [{ path: released(service), value }], file);
}

/** The lines that one text has and the other has not, in order. */
function changedLines(before: string, after: string): { readonly gone: string[]; readonly come: string[] } {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const start = old.findIndex((line, index) => line !== now[index]);
  const fromEnd = [...old].reverse().findIndex((line, index) => line !== now.at(-1 - index));
  const kept = Math.min(fromEnd, Math.min(old.length, now.length) - Math.max(start, 0));
  return { gone: old.slice(start, old.length - kept), come: now.slice(start, now.length - kept) };
}

describe("one line of a site's file", () => {
  it.each(["Pulumi.dc1.yaml", "Pulumi.dc2.yaml"])("is all that changes in %s", (name) => {
    const text = readFileSync(join(projectFolder, name), "utf8");
    const { gone, come } = changedLines(text, withRelease(text, "receipts"));
    expect(gone).toEqual([expect.stringMatching(/^ {4}receipts: 2\.0\.7@sha256:/)]);
    expect(come).toEqual([`    receipts: ${release}`]);
  });

  it("is added in the alphabetical order of its neighbours, wherever that is", () => {
    const text = readFileSync(join(projectFolder, file), "utf8");
    for (const [service, next] of [
      ["aardvark", "alertmanager"],
      ["land-registry", "metrics-server"],
    ]) {
      const changed = withRelease(text, service ?? "");
      expect(changed).toContain(`    ${service}: ${release}\n    ${next}: `);
      expect(changed.replace(`    ${service}: ${release}\n`, "")).toBe(text);
    }
    expect(withRelease(text, "zoning")).toBe(`${text}    zoning: ${release}\n`);
  });

  it("keeps what stands around it: quotes, comments, blank lines, and the ends of lines of another system", () => {
    const text = [
      "# first",
      "config:",
      "  gemelos:releases:",
      "    # of the payments' team",
      "    a: '1@sha256:x'   # why",
      "",
      '    b: "2"',
      "    c: 3 # last",
      "# end",
    ].join("\r\n");
    expect(withRelease(text, "a")).toBe(text.replace("'1@sha256:x'", `'${release}'`));
    expect(withRelease(text, "b")).toBe(text.replace('"2"', `"${release}"`));
    expect(withRelease(text, "c")).toBe(text.replace("3 #", `${release} #`));
    expect(withRelease(text, "bb")).toBe(text.replace('"2"\r\n', `"2"\r\n    bb: ${release}\r\n`));
    expect(withRelease(text, "d")).toBe(text.replace("# last\r\n", `# last\r\n    d: ${release}\r\n`));
  });

  it.each([
    ["a new site's", "  gemelos:releases: {}\n", `  gemelos:releases:\n    a: ${release}\n`],
    ["with a comment", "  gemelos:releases: {} # none\n", `  gemelos:releases: # none\n    a: ${release}\n`],
    ["without a value", "  gemelos:releases:\n", `  gemelos:releases:\n    a: ${release}\n`],
    ["without an end", "  gemelos:releases: {}", `  gemelos:releases:\n    a: ${release}`],
    ["that is missing", "  gemelos:a: {}\n", `  gemelos:a: {}\n  gemelos:releases:\n    a: ${release}\n`],
    ["in braces", "  gemelos:releases: { b: 1 }\n", `  gemelos:releases: { a: ${release}, b: 1 }\n`],
    ["in braces, before", "  gemelos:releases: {A: 1}\n", `  gemelos:releases: {A: 1, a: ${release}}\n`],
    [
      "as a block",
      "  gemelos:releases:\n    a: >-\n      1\n    b: 2\n",
      `  gemelos:releases:\n    a: ${release}\n    b: 2\n`,
    ],
    [
      "without a release",
      "  gemelos:releases:\n    a:\n    b: 2\n",
      `  gemelos:releases:\n    a: ${release}\n    b: 2\n`,
    ],
  ])("stands in a map %s", (_, before, after) => {
    expect(withRelease(`config:\n${before}`, "a")).toBe(`config:\n${after}`);
  });

  it("may lead through maps that are not there yet, and has a comment where it is new", () => {
    const change = { path: ["gemelos:site", "peaks", "receipts"], value: 6, comment: "for the deadline" } as const;
    const text = "config:\n  gemelos:site:\n    name: dc1\n    zone: b\n";
    const changed = withLines(text, [change], file);
    expect(changed).toBe(
      "config:\n  gemelos:site:\n    name: dc1\n    peaks:\n      receipts: 6 # for the deadline\n    zone: b\n",
    );
    expect(withLines(changed, [{ ...change, value: 7 }], file)).toBe(changed.replace("6 #", "7 #"));
  });

  it.each([
    ["config: [", "Pulumi.dc1.yaml is not valid YAML"],
    ["config:\n  gemelos:releases: none\n", "gemelos:releases.a cannot be changed without changing more"],
    ["config:\n  gemelos:releases:\n    a: &x 1\n    b: *x\n", "gemelos:releases.a cannot be changed"],
    ["", "gemelos:releases.a cannot be changed"],
  ])("is refused where it would mean more: %j", (text, message) => {
    expect(() => withRelease(text, "a")).toThrow(message);
  });

  it("is the only value that differs afterwards, and the only line that is not as before, in any file", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/);
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
    const content = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf)), { minKeys: 1 });
    const style = fc.record({
      indent: fc.constantFrom(2, 4),
      quotes: fc.constantFrom("'", '"'),
      comment: fc.boolean(),
    });
    fc.assert(
      fc.property(content, fc.dictionary(name, fc.string()), name, style, (site, releases, service, how) => {
        const document = new Document({ config: { a: 1, "gemelos:releases": releases, "gemelos:site": site } });
        if (how.comment) document.commentBefore = " some\n words";
        const text = document.toString({ indent: how.indent, singleQuote: how.quotes === "'", lineWidth: 0 });
        const changed = withRelease(text, service);
        expect(parse(changed)).toEqual({
          config: { a: 1, "gemelos:releases": { ...releases, [service]: release }, "gemelos:site": site },
        });
        const { gone, come } = changedLines(text, changed);
        const isFirst = Object.keys(releases).length === 0;
        expect(come.length).toBe(isFirst ? 2 : releases[service] === release ? 0 : 1);
        expect(gone.length).toBe(isFirst || Object.hasOwn(releases, service) ? 1 : 0);
        // Once more changes nothing.
        expect(withRelease(changed, service)).toBe(changed);
      }),
    );
  });
});

describe("the line of a site's peaks", () => {
  const line = (value: string | readonly string[] | undefined) => [{ path: ["gemelos:peak"], value }] as const;

  it.each(["Pulumi.dc1.yaml", "Pulumi.dc2.yaml"])(
    "is written, changed and removed in %s, every other byte kept",
    (name) => {
      const text = readFileSync(join(projectFolder, name), "utf8");
      const one = withLines(text, line("income-tax"), name);
      expect(changedLines(text, one)).toEqual({ gone: [], come: ["  gemelos:peak: income-tax"] });
      const two = withLines(one, line(["income-tax", "payroll"]), name);
      expect(two).toBe(one.replace("gemelos:peak: income-tax", "gemelos:peak: [income-tax, payroll]"));
      expect(parse(two).config["gemelos:peak"]).toEqual(["income-tax", "payroll"]);
      expect(withLines(two, line("payroll"), name)).toBe(one.replace("peak: income-tax", "peak: payroll"));
      expect(withLines(two, line(undefined), name)).toBe(text);
      expect(withLines(text, line(undefined), name)).toBe(text);
    },
  );

  it.each([
    ["with a comment", "config:\n  gemelos:peak: a # why\n  b: 1\n", "config:\n  b: 1\n"],
    ["as a list", "config:\n  # before\n  gemelos:peak:\n    - a\n    - b\n  b: 1\n", "config:\n  # before\n  b: 1\n"],
    ["at the end", "config:\n  b: 1\n  gemelos:peak: a", "config:\n  b: 1\n"],
    ["with other ends of lines", "config:\r\n  gemelos:peak: a\r\n  b: 1\r\n", "config:\r\n  b: 1\r\n"],
    ["without a value", "config:\n  gemelos:peak:\n  b: 1\n", "config:\n  b: 1\n"],
  ])("is removed %s", (_, before, after) => {
    expect(withLines(before, line(undefined), file)).toBe(after);
  });

  it.each([
    ["a map on one line", "config: { gemelos:peak: a, b: 1 }\n"],
    ["the only line", "config:\n  gemelos:peak: a\n"],
  ])("is not removed where more would change: %s", (_, text) => {
    expect(() => withLines(text, line(undefined), file)).toThrow("gemelos:peak cannot be changed");
  });
});
