// Measured program: the same objects through cdk8s, with one chart per group. Arguments: resources file, output folder.
import { ApiObject, App, Chart } from "cdk8s";
import { readObjects } from "./measure/objectsFile.ts";

const [objectsFile = "", outdir = ""] = process.argv.slice(2);
const app = new App({ outdir });
let objects = 0;
for (const [index, group] of (await readObjects(objectsFile)).entries()) {
  const chart = new Chart(app, `group-${index}`, { disableResourceNameHashes: true });
  for (const { name, inputs } of group()) {
    const { apiVersion, kind, ...rest } = inputs;
    new ApiObject(chart, name, { ...rest, apiVersion: String(apiVersion), kind: String(kind) });
    objects += 1;
  }
}
app.synth();
process.stdout.write(String(objects));
