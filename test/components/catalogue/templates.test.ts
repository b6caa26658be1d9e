import { expect, test } from "vitest";
import { renderConfiguration } from "../../../components/catalogue/templates.ts";

const template = (text: string) => ({
  name: "application.yaml",
  file: "services/receipts/config/application.yaml",
  text,
});
const scope = { site: { name: "dc1" }, service: { ports: { http: 7137 } } };

test("variables get their values", () => {
  const { files, diagnostics } = renderConfiguration([template("a: {{ site.name }}:{{ service.ports.http }}")], scope);
  expect(diagnostics).toEqual([]);
  expect(files).toEqual({ "application.yaml": "a: dc1:7137" });
});

test.each([
  ["an unknown variable", "ok\nb: {{ site.unknown }}", 2, 4],
  ["an unknown filter", "\n\n{{ site.name | shout }}", 3, 1],
  ["a filter that depends on the day", "{{ 'now' | date: '%Y' }}", 1, 1],
  ["a partial", "{% include 'other' %}", 1, 1],
  ["an open tag", "{% if site.name %}", 1, 1],
  ["a property that every object inherits", "{{ site.constructor }}", 1, 1],
])("%s is a problem with its file and line, and the file is not rendered", (_, text, line, column) => {
  const { files, diagnostics } = renderConfiguration([template(text)], scope);
  expect(files).toEqual({});
  expect(diagnostics).toMatchObject([
    { file: "services/receipts/config/application.yaml", position: { line, column } },
  ]);
});

test.each(["include", "render", "layout"])("%s reads no file, though it is there", (tag) => {
  for (const file of ["package.json", "./package.json", import.meta.filename]) {
    const { files, diagnostics } = renderConfiguration([template(`{% ${tag} '${file}' %}`)], scope);
    expect(files).toEqual({});
    expect(diagnostics).toMatchObject([{ message: expect.stringMatching(/reads no other file/) }]);
  }
});

test("no template reads what an object inherits, whatever its name", () => {
  const heir: unknown = Object.create({ token: "inherited" });
  const { files, diagnostics } = renderConfiguration([template("{{ heir.token }}")], { heir });
  expect(files).toEqual({});
  expect(diagnostics).toMatchObject([{ message: expect.stringMatching(/undefined variable/) }]);
});

test("more than a ConfigMap holds is a problem", () => {
  expect(renderConfiguration([template("x".repeat(2 ** 20))], scope).diagnostics).toEqual([]);
  expect(renderConfiguration([template("x".repeat(2 ** 20 + 1))], scope).diagnostics).toMatchObject([
    { file: "services/receipts/config" },
  ]);
});

test("text that only looks like a template stays, where it says so", () => {
  const { files } = renderConfiguration([template("{% raw %}{{ not.ours }}{% endraw %} ${DB_PASSWORD}")], scope);
  expect(files["application.yaml"]).toBe("{{ not.ours }} ${DB_PASSWORD}");
});
