import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configMapName, planConfigMap, renderConfiguration } from "../../../components/catalogue/templates.ts";
import { resolved } from "../../support/fixtures.ts";

const filesArbitrary = fc.dictionary(fc.stringMatching(/^[-._a-z0-9]{1,8}$/), fc.string(), { maxKeys: 5 });

function nameOf(files: Readonly<Record<string, string>>): string {
  return planConfigMap(resolved(), files).metadata.name;
}

describe("ConfigMap", () => {
  test("it is immutable, carries the files as they are, and its name says of whom it is", () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const manifest = planConfigMap(resolved(), files);
        expect(manifest.immutable).toBe(true);
        expect(manifest.data).toEqual(files);
        expect(manifest.metadata.namespace).toBe("declarations");
        expect(manifest.metadata.name).toMatch(/^receipts-config-[0-9a-f]{10}$/);
      }),
    );
  });

  test("its name changes exactly when its content does, whatever the order of the files", () => {
    fc.assert(
      fc.property(filesArbitrary, filesArbitrary, (one, other) => {
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        expect(nameOf(reversed)).toBe(nameOf(one));
        expect(configMapName("receipts", reversed)).toBe(nameOf(one));
        const same = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        expect(nameOf(other) === nameOf(one)).toBe(same);
      }),
    );
  });

  test("a single character, a file's name and a boundary between two files are content", () => {
    const names = [
      nameOf({ a: "x", b: "y" }),
      nameOf({ a: "x", b: "z" }),
      nameOf({ a: "xb", y: "" }),
      nameOf({ a: "xb,y" }),
      nameOf({ a: "x", c: "y" }),
      nameOf({ a: "x" }),
      nameOf({ a: "y", b: "x" }),
      nameOf({ a: "x\n", b: "y" }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test("it fits a label's length for the longest service name", () => {
    expect(configMapName("s".repeat(40), {}).length).toBeLessThanOrEqual(63);
  });
});

describe("rendering", () => {
  const template = (text: string) => ({
    name: "application.yaml",
    file: "services/receipts/config/application.yaml",
    text,
  });
  const scope = { site: { name: "dc1" }, service: { ports: { http: 7137 } } };

  test("variables get their values", () => {
    const { files, problems } = renderConfiguration([template("a: {{ site.name }}:{{ service.ports.http }}")], scope);
    expect(problems).toEqual([]);
    expect(files).toEqual({ "application.yaml": "a: dc1:7137" });
  });

  test.each([
    ["an unknown variable", "ok\nb: {{ site.unknown }}", "line 2"],
    ["an unknown filter", "\n\n{{ site.name | shout }}", "line 3"],
    ["a filter that depends on the day", "{{ 'now' | date: '%Y' }}", "line 1"],
    ["a partial", "{% include 'other' %}", "line 1"],
    ["an open tag", "{% if site.name %}", "line 1"],
    ["a property that every object inherits", "{{ site.constructor }}", "line 1"],
  ])("%s is a problem with its file and line, and the file is not rendered", (_, text, line) => {
    const { files, problems } = renderConfiguration([template(text)], scope);
    expect(files).toEqual({});
    expect(problems).toMatchObject([{ file: "services/receipts/config/application.yaml", path: line }]);
  });

  test("more than a ConfigMap holds is a problem", () => {
    expect(renderConfiguration([template("x".repeat(2 ** 20))], scope).problems).toEqual([]);
    expect(renderConfiguration([template("x".repeat(2 ** 20 + 1))], scope).problems).toMatchObject([
      { file: "services/receipts/config" },
    ]);
  });

  test("text that only looks like a template stays, where it says so", () => {
    const { files } = renderConfiguration([template("{% raw %}{{ not.ours }}{% endraw %} ${DB_PASSWORD}")], scope);
    expect(files["application.yaml"]).toBe("{{ not.ours }} ${DB_PASSWORD}");
  });
});
