// Measured: the program of a project under the recorder. Arguments: stack's configuration, folder of the project.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

enableCompileCache();

const [stackFile = "", project = ""] = process.argv.slice(2);
const { runRecorded } = await import("./internal/recorded.ts");
const objects = await runRecorded(stackFile, () => import(pathToFileURL(join(project, "index.ts")).href));
process.stdout.write(String(objects));
