// Measured: the program without its components. It reads the same site and catalogue and registers the same resources
// under the same recorder. Arguments: stack's configuration, file of the resources, folder of the project.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";

enableCompileCache();

const [stackFile = "", objectsFile = "", project = ""] = process.argv.slice(2);
const [{ runRecorded }, { bareProviders, registerGroup }, { readGroups }] = await Promise.all([
  import("./internal/recorded.ts"),
  import("./internal/bareProgram.ts"),
  import("./internal/objectsFile.ts"),
]);
const groups = await readGroups(objectsFile);
const objects = await runRecorded(stackFile, async () => {
  await readInput(project);
  const providers = bareProviders();
  for (const group of groups) {
    registerGroup(group(), providers);
    await setImmediate();
  }
});
process.stdout.write(String(objects));

/** What `index.ts` does before its first resource. */
async function readInput(folder: string): Promise<void> {
  const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
  const [{ readSite }, { loadCatalogue }, { placeCatalogue }] = await Promise.all([
    load("site.ts"),
    load("services/index.ts"),
    load("components/internal/placement.ts"),
  ]);
  placeCatalogue(await loadCatalogue(), readSite());
}
