import { expect, test } from "vitest";
import {
  collectDiagnostics,
  compareText,
  formatPath,
  formatValue,
  ValidationError,
} from "../../components/diagnostic.ts";

const one = { file: "services/b", path: "name", message: "is wrong" };
const other = { file: "services/a", path: "", message: "does not load" };

test("an error is a line a problem, sorted by place", () => {
  expect(new ValidationError([one, other]).message).toBe(
    "2 problems, nothing was changed:\n  services/a: does not load\n  services/b: name: is wrong",
  );
  expect(new ValidationError([one]).message).toMatch(/^1 problem, /);
});

test.each([
  [["nodes", 2, "memory"], "nodes[2].memory"],
  [[0, "a"], "[0].a"],
  [[], ""],
])("the path %j is %s", (path, text) => expect(formatPath(path)).toBe(text));

test.each([
  ["a", '"a"'],
  [1, "1"],
  [undefined, "nothing"],
  [null, "null"],
  [{ a: [1] }, '{"a":[1]}'],
])("%j is shown as %s", (value, text) => expect(formatValue(value)).toBe(text));

test("a long value is cut", () => {
  expect(formatValue("x".repeat(200))).toHaveLength(80);
  expect(formatValue("x".repeat(200))).toMatch(/\.\.\.$/);
});

test("text is ordered by code unit, not by locale", () => {
  expect(["b", "a", "B", "ä", "a-b", "ab"].sort(compareText)).toEqual(["B", "a", "a-b", "ab", "b", "ä"]);
  expect(compareText("a", "a")).toBe(0);
});

test("two readers' results come together, and so do their problems", async () => {
  const fails = (problem: typeof one) => () => {
    throw new ValidationError([problem]);
  };
  await expect(
    collectDiagnostics(
      () => 1,
      async () => 2,
    ),
  ).resolves.toEqual([1, 2]);
  await expect(collectDiagnostics(fails(one), fails(other))).rejects.toMatchObject({ diagnostics: [other, one] });
  await expect(collectDiagnostics(fails(one), () => 2)).rejects.toMatchObject({ diagnostics: [one] });
});

test("an error that is no problem of the description is thrown as it is", async () => {
  const broken = () => {
    throw new TypeError("a bug");
  };
  await expect(
    collectDiagnostics(broken, () => {
      throw new ValidationError([one]);
    }),
  ).rejects.toThrow(TypeError);
});
