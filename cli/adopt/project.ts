import { collectDiagnostics } from "../../components/diagnostic.ts";
import type { Site } from "../../components/siteData.ts";
import { readSites } from "../../recorder/readSites.ts";
import { listSites } from "../../recorder/stackFile.ts";
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
  return { sites, catalogue };
}
