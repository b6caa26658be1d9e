import { expect, it } from "vitest";
import { eachKindOnce } from "../../../../cli/adopt/input/eachKindOnce.ts";

const problem = (message: string, file = "a.yaml") => ({ file, path: "", message });

it("problems that differ in values only are of one kind, of which some are told", () => {
  const same = Array.from({ length: 100 }, (_, index) => problem(`"a\\"${index}" is no port, 1 to ${index}`));
  expect(eachKindOnce([problem("is missing"), ...same])).toEqual([
    problem("is missing"),
    ...same.slice(0, 5),
    problem("95 more problems of this kind"),
  ]);
});

it("one problem more than usual is told, since counting it takes a line too", () => {
  const six = Array.from({ length: 6 }, (_, index) => problem(`"${index}" is no port`));
  expect(eachKindOnce(six)).toEqual(six);
});

it("many files with one mistake do not repeat it", () => {
  const files = Array.from({ length: 50 }, (_, index) => problem("is no manifest", `${index}.yaml`));
  expect(eachKindOnce(files)).toHaveLength(6);
});
