import { readFile, writeFile } from "node:fs/promises";
import type { PlainObject } from "../../recorder/registeredResource.ts";

/** A resource as `render` registered it. */
export interface BareResource {
  /** The type's token: `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  /** A Kubernetes object's are its manifest. */
  readonly inputs: PlainObject;
}

/** The resources of one component. */
export type BareGroup = readonly BareResource[];

/** Writes groups as a file with a line for each, so that a program parses a group when it comes to it. */
export async function writeGroups(file: string, groups: readonly BareGroup[]): Promise<void> {
  await writeFile(file, groups.map((group) => `${JSON.stringify(group)}\n`).join(""));
}

/** Reads what {@link writeGroups} wrote; each function parses one group. */
export async function readGroups(file: string): Promise<(() => BareGroup)[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => () => JSON.parse(line));
}

/** Reads what is a Kubernetes object, for tools that know nothing else. */
export async function readObjects(file: string): Promise<(() => BareGroup)[]> {
  return (await readGroups(file)).map((group) => () => group().filter(isObject));
}

/** Whether a resource is a Kubernetes object. */
export function isObject({ type }: BareResource): boolean {
  return type.startsWith("kubernetes:");
}
