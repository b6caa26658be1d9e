import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RegisteredResource } from "../../recorder/registeredResource.ts";

/** The registered resources of a rendered site as a tree, each with its type. */
export async function formatTree(folder: string): Promise<string> {
  const resources: RegisteredResource[] = JSON.parse(await readFile(join(folder, "resources.json"), "utf8"));
  const children = Map.groupBy(resources, ({ parent }) => parent);
  const lines = (parent: string, indent: string): string[] => {
    const siblings = children.get(parent) ?? [];
    return siblings.flatMap((resource, index) => {
      const last = index === siblings.length - 1;
      return [
        `${indent}${last ? "└─" : "├─"} ${resource.name}  ${resource.type}${resource.read === undefined ? "" : " (read)"}`,
        ...lines(resource.urn, `${indent}${last ? "   " : "│  "}`),
      ];
    });
  };
  return `${lines("", "").join("\n")}\n`;
}
