import { readFile, writeFile } from "node:fs/promises";
import type { PlainObject } from "../../recorder/registeredResource.ts";

/** A resource as registered by `render`. */
export interface BareResource {
  /** Type token: `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly name: string;
  /** The inputs; for a Kubernetes object, its manifest. */
  readonly inputs: PlainObject;
}

/** The resources of one component. */
export type BareGroup = readonly BareResource[];

/** Writes one group per line, so that a program can parse each group when it gets to it. */
export async function writeGroups(file: string, groups: readonly BareGroup[]): Promise<void> {
  await writeFile(file, groups.map((group) => `${JSON.stringify(group)}\n`).join(""));
}

/** Reads the file of {@link writeGroups}; each returned function parses one group. */
export async function readGroups(file: string): Promise<(() => BareGroup)[]> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return lines.map((line) => () => JSON.parse(line));
}

/** Reads only the Kubernetes objects, for tools that handle nothing else. */
export async function readObjects(file: string): Promise<(() => BareGroup)[]> {
  return (await readGroups(file)).map((group) => () => group().filter(isObject));
}

/** Whether a resource is a Kubernetes object. */
export function isObject({ type }: BareResource): boolean {
  return type.startsWith("kubernetes:");
}
