import { readFile, writeFile } from "node:fs/promises";
import type { PlainObject } from "../../cli/internal/registration.ts";

/** A Kubernetes object as `render` registered it. */
export interface BareObject {
  /** The type's token: `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  readonly manifest: PlainObject;
}

/** The objects of one component. */
export type BareGroup = readonly BareObject[];

/** Writes groups as a file with a line for each, so that a program parses a group when it comes to it. */
export async function writeGroups(file: string, groups: readonly BareGroup[]): Promise<void> {
  await writeFile(file, groups.map((group) => `${JSON.stringify(group)}\n`).join(""));
}

/** Reads what {@link writeGroups} wrote; each function parses one group. */
export async function readGroups(file: string): Promise<(() => BareGroup)[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => () => JSON.parse(line));
}
