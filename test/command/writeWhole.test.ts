import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeWhole } from "../../command/writeWhole.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gemelos-test-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("makes the folders on the way and leaves nothing else", () => {
  writeWhole(join(folder, "a", "b", "report.md"), "text");
  expect(readdirSync(join(folder, "a", "b"))).toEqual(["report.md"]);
  expect(readFileSync(join(folder, "a", "b", "report.md"), "utf8")).toBe("text");
});

it("writes through no link, neither in its own place nor in that of a temporary file", () => {
  const mine = join(folder, "mine");
  writeFileSync(mine, "mine");
  for (const name of ["report.md", "report.md.tmp"]) symlinkSync(mine, join(folder, name));
  writeWhole(join(folder, "report.md"), "text");
  expect(readFileSync(mine, "utf8")).toBe("mine");
  expect(readFileSync(join(folder, "report.md"), "utf8")).toBe("text");
});

it.each([
  ["x".repeat(300), /ENAMETOOLONG/],
  ["folder", /folder is not a file/],
])("leaves nothing behind where %s cannot be written", (name, says) => {
  mkdirSync(join(folder, "folder"));
  expect(() => writeWhole(join(folder, name), "text")).toThrow(says);
  expect(readdirSync(folder)).toEqual(["folder"]);
});

it("does not replace a device", () => {
  expect(() => writeWhole("/dev/null", "text")).toThrow(/\/dev\/null is not a file/);
});
