// Measured program: the same resources without components, under the SDK's standard mocks. Argument: resources file.
import * as pulumi from "@pulumi/pulumi";
import { bareProviders, registerGroup } from "./measure/bareProgram.ts";
import { readGroups } from "./measure/objectsFile.ts";

const [objectsFile = ""] = process.argv.slice(2);
const groups = await readGroups(objectsFile);
let objects = 0;
await pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    if (type.startsWith("kubernetes:")) objects += 1;
    return { id: `${name}-id`, state: inputs };
  },
  call: ({ inputs }) => inputs,
});
const providers = bareProviders();
for (const group of groups) registerGroup(group(), providers);
await pulumi.runtime.disconnect();
process.stdout.write(String(objects));
