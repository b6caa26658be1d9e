import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { collectDiagnostics } from "../../components/diagnostic.ts";
import type { Site } from "../../components/siteData.ts";
import { readSites } from "../../recorder/readSites.ts";
import { listSites, projectFolder } from "../../recorder/stackFile.ts";
import { loadCatalogue } from "../../services/index.ts";
import type { Project } from "./adopt.ts";

/** The project with all that the sites' files say. */
export interface WholeProject extends Project {
  readonly sites: readonly Site[];
}

/**
 * Reads the catalogue and every site as the program would.
 * @throws ValidationError where one of them is not sound; a new service is made beside sound ones only.
 */
export async function readProject(): Promise<WholeProject> {
  const names = await listSites();
  const [sites, catalogue] = await collectDiagnostics(() => readSites(names), loadCatalogue);
  const constants = await Promise.all(
    catalogue.map(async ({ service: { name }, folder }): Promise<[string, string]> => {
      // Loaded before; the only export is the description.
      const module: Record<string, unknown> = await import(pathToFileURL(join(projectFolder, folder, "index.ts")).href);
      return [name, Object.keys(module).join()];
    }),
  );
  return { sites, catalogue, constants: new Map(constants) };
}
