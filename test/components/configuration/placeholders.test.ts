import fc from "fast-check";
import { expect, test } from "vitest";
import { placeholdersIn, requiredNames, resolvePlaceholders } from "../../../components/configuration/placeholders.ts";

test.each<[value: string, names: readonly string[]]>([
  ["a plain text", []],
  ["${A}", ["A"]],
  ["jdbc:${A}/${B}?x", ["A", "B"]],
  ["${ A }", ["A"]],
  ["${A:}", []],
  ["${A:b}", []],
  ["${A:http://b:80}", []],
  ["${A:${B}}", ["B"]],
  ["${A:${B:c}}", []],
  ["${A:${B:${C}}}", ["C"]],
  ["${A:{}}", []],
  ["${app.${A}.url}", ["A"]],
  ["\\${A}", []],
  ["${A", []],
  ["#{systemProperties['a']}", []],
  ["#{'${A}'.split(',')}", ["A"]],
  ["%d{HH:mm} %X{id}", []],
])("%s needs %j", (value, names) => {
  expect(requiredNames(value, () => false)).toEqual(names);
});

test("what is found needs no default, and what stands in its default neither", () => {
  expect(requiredNames("${A:${B}} ${C}", (name) => name === "A")).toEqual(["C"]);
});

test("Logback's and Log4j's defaults stand behind :-", () => {
  expect(placeholdersIn("${env:A} ${env:B:-c}", ":-")).toEqual([
    { name: "env:A", defaultValue: undefined },
    { name: "env:B", defaultValue: "c" },
  ]);
});

test("a value is resolved with what is found and with defaults", () => {
  const find = (name: string) => (name === "A" ? "a" : undefined);
  expect(resolvePlaceholders("x${A}y${B:b}${C:${A}}", find)).toBe("xayba");
  expect(resolvePlaceholders("${A}${B}", find)).toBeUndefined();
  expect(resolvePlaceholders("plain", find)).toBe("plain");
});

test("no value makes it fail or find names that it does not have", () => {
  const piece = fc.constantFrom("${", "}", ":", "A", "b", "{", "\\", "-", " ");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const value = pieces.join("");
      for (const { name } of placeholdersIn(value)) expect(value).toContain(name);
      expect(() => resolvePlaceholders(value, () => "x")).not.toThrow();
    }),
  );
});
