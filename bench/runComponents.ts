// Measured program: a project's program under the recording monitor. Arguments: stack configuration, project folder.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

enableCompileCache();

const [stackFile = "", project = ""] = process.argv.slice(2);
const { runRecorded } = await import("./measure/recorded.ts");
const objects = await runRecorded(stackFile, () => import(pathToFileURL(join(project, "index.ts")).href));
process.stdout.write(String(objects));
