import { type ChildProcess, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { ProjectCopy } from "./projectCopy.ts";

/** What is below a folder of a copy, in alphabetical order; with `files`, without the folders. */
export async function listed(project: ProjectCopy, folder: string, { files = false } = {}): Promise<string[]> {
  const entries = await readdir(project.path(folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !files || entry.isFile())
    .map((entry) => relative(project.path(folder), join(entry.parentPath, entry.name)))
    .sort();
}

/** Starts a command in a copy and does not wait. It closes when all of its own processes are gone too. */
export function start(project: ProjectCopy, command: string): ChildProcess {
  const child = spawn(process.execPath, [join("cli", "main.ts"), command], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

/** What {@link writeEarlierRun} leaves in `out`. */
export const earlierRun = ["dc1", "dc1/.gemelos-rendered", "dc1/kept.yaml", "dc1/resources.json"];

/** Writes what a run of an earlier catalogue left in `out/dc1`. */
export async function writeEarlierRun(project: ProjectCopy): Promise<void> {
  const mark = "written by npm run render, format 1; replaced as a whole by the next run";
  await project.write("out/dc1/.gemelos-rendered", `${mark}\nkept.yaml\nresources.json\n`);
  await project.write("out/dc1/kept.yaml", "from an earlier run\n");
  await project.write("out/dc1/resources.json", "[]");
}
