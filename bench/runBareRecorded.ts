// Measured program: without components, but with the same site and catalogue as input and the same resources
// registered, under the same recording monitor. Arguments: stack configuration, resources file, project folder.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";

enableCompileCache();

const [stackFile = "", objectsFile = "", project = ""] = process.argv.slice(2);
const [{ runRecorded }, { bareProviders, registerGroup }, { readGroups }] = await Promise.all([
  import("./measure/recorded.ts"),
  import("./measure/bareProgram.ts"),
  import("./measure/objectsFile.ts"),
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

/** The part of `index.ts` before its first resource. */
async function readInput(folder: string): Promise<void> {
  const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
  const [{ parseSite }, { loadCatalogue }, { siteServices }, pulumi] = await Promise.all([
    load("site.ts"),
    load("services/index.ts"),
    load("components/index.ts"),
    import("@pulumi/pulumi"),
  ]);
  const config = new pulumi.Config("gemelos");
  const site = parseSite(pulumi.getStack(), { site: config.get("site"), releases: config.get("releases") });
  siteServices(await loadCatalogue(), site);
}
