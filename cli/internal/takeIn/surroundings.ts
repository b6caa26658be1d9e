import { collectProblems, type PlacementSite } from "../../../components/index.ts";
import { loadCatalogue } from "../../../services/index.ts";
import { readSite } from "../../../site.ts";
import { Recorder } from "../recorder.ts";
import { listSites, projectName, readStackFiles } from "../stackFile.ts";
import type { Surroundings } from "./takeIn.ts";

/**
 * Reads the catalogue and every site as the program would.
 * @throws ProblemsError where one of them is not sound; a new service is made beside sound ones only.
 */
export async function readSurroundings(): Promise<Surroundings> {
  const stacks = await readStackFiles(await listSites());
  const readSites = () =>
    stacks.map(({ stack, config }): PlacementSite => {
      new Recorder(projectName, stack, {
        onRegistration: () => {},
        onOutputs: () => {},
        readState: () => undefined,
      }).install(config);
      return readSite();
    });
  const [sites, catalogue] = await collectProblems(readSites, loadCatalogue);
  return { sites, catalogue };
}
