import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { KnownValues } from "../command/forgottenDashes.ts";

/** The names of sites, services and fields that options and arguments take; see {@link KnownValues}. */
export const knownValues: KnownValues = async (what, command) => {
  if (what === "field" && command === "explain") {
    const { plainPath, readFields } = await import("./explain/findFields.ts");
    return (await readFields()).map(({ of, path }) => `${of}.${plainPath(path)}`);
  }
  // Loaded where somebody asks.
  const { listSites, projectFolder } = await import("../recorder/stackFile.ts");
  // Of a rollback, --to is a commit.
  const isBetweenSites = command === "release" && (what === "--from" || what === "--to");
  if (what === "--site" || what === "site" || isBetweenSites) return await listSites();
  // There it is a Deployment, which this project does not know yet.
  const isService = (what === "--service" && command !== "adopt") || (what === "service" && command === "image");
  if (!isService) return [];
  const entries = await readdir(join(projectFolder, "services"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
};
