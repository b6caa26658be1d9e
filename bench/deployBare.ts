// Measured: the program of a sandbox deployment without components. It registers the objects of the file that
// GEMELOS_BENCH_OBJECTS names, each after its namespace, with a provider for the stack's context.
import * as pulumi from "@pulumi/pulumi";
import { at } from "../cli/internal/registration.ts";
import { bareProvider, registerObject } from "./internal/bareProgram.ts";
import { readGroups } from "./internal/objectsFile.ts";

const site: unknown = new pulumi.Config("gemelos").requireObject("site");
const provider = bareProvider(String(at(site, "kubernetes", "context")));
const groups = await readGroups(process.env["GEMELOS_BENCH_OBJECTS"] ?? "");
const objects = groups.flatMap((group) => group());
const namespaces = new Map(
  objects
    .filter(({ manifest }) => manifest["kind"] === "Namespace")
    .map((object) => [String(at(object.manifest, "metadata", "name")), registerObject(object, { provider })]),
);
for (const object of objects) {
  if (object.manifest["kind"] === "Namespace") continue;
  const namespace = namespaces.get(String(at(object.manifest, "metadata", "namespace")));
  registerObject(object, { provider, ...(namespace === undefined ? {} : { dependsOn: [namespace] }) });
}
