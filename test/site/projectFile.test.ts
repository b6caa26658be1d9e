import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { checkSiteFolder } from "../../site/files.ts";
import { withPositions } from "../../site/positions.ts";
import { readProjectFile } from "../../site/projectFile.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-file-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

const remedy = "put a file of the project in its place";
const read = () => readProjectFile(folder, "calendar.yaml");

test("a file is read, and one that is not there is missing", async () => {
  expect(await read()).toEqual({ problem: "does not exist", isMissing: true });
  await writeFile(join(folder, "calendar.yaml"), "freezes: []");
  expect(await read()).toEqual({ bytes: Buffer.from("freezes: []") });
});

test("a link that leads nowhere is there, and leads nowhere", async () => {
  await symlink("/nonexistent", join(folder, "calendar.yaml"));
  const problem = 'is a link to "/nonexistent", where there is nothing';
  expect(await read()).toEqual({ problem, isMissing: false, remedy });
});

test("a link may lead to a file of the project, also where the project's folder is behind a link", async () => {
  await mkdir(join(folder, "project"));
  await writeFile(join(folder, "project/dates.yaml"), "freezes: []");
  await symlink("dates.yaml", join(folder, "project/calendar.yaml"));
  await symlink("project", join(folder, "link"));
  expect(await readProjectFile(join(folder, "link"), "calendar.yaml")).toHaveProperty("bytes");
  await writeFile(join(folder, "project-of-others.yaml"), "freezes: []");
  await symlink("../project-of-others.yaml", join(folder, "project/delivery.yaml"));
  expect(await readProjectFile(join(folder, "project"), "delivery.yaml")).toHaveProperty("isMissing", false);
});

test("a device that has no end is not read, whoever reads the project", async () => {
  for (const file of ["calendar.yaml", "Pulumi.dc2.yaml", "more.yaml"]) await symlink("/dev/zero", join(folder, file));
  const problem = 'is a link to "/dev/zero", which is outside the project';
  expect(await read()).toEqual({ problem, isMissing: false, remedy });
  const found = [{ file: "calendar.yaml", path: "peaks[0]", message: "is wrong" }];
  expect(await withPositions(found, folder)).toEqual(found);
  await expect(checkSiteFolder(folder, [])).rejects.toThrow(
    `Pulumi.dc2.yaml: ${problem}, so no other site can be held against it; ${remedy} or move it elsewhere`,
  );
});

test("a folder is said to be one", async () => {
  await mkdir(join(folder, "calendar.yaml"));
  expect(await read()).toEqual({ problem: "is a folder", isMissing: false, remedy });
});

test("what the system refuses to read is said with its reason", async () => {
  const name = "c".repeat(300);
  expect(await readProjectFile(folder, name)).toEqual({ problem: "cannot be read (ENAMETOOLONG)", isMissing: false });
});
