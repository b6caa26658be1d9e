// Measured: the same objects without components under the same recorder. Arguments: stack's configuration, objects.
import { enableCompileCache } from "node:module";
import { setImmediate } from "node:timers/promises";

enableCompileCache();

const [stackFile = "", objectsFile = ""] = process.argv.slice(2);
const [{ runRecorded }, { bareProvider, registerGroup }, { readGroups }] = await Promise.all([
  import("./internal/recorded.ts"),
  import("./internal/bareProgram.ts"),
  import("./internal/objectsFile.ts"),
]);
const groups = await readGroups(objectsFile);
const objects = await runRecorded(stackFile, async () => {
  const provider = bareProvider();
  for (const group of groups) {
    registerGroup(group(), provider);
    await setImmediate();
  }
});
process.stdout.write(String(objects));
