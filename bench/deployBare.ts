// Measured: the program of a sandbox deployment without components. It registers the Kubernetes objects of the file that
// GEMELOS_BENCH_RESOURCES names, each after its namespace, with a provider for the stack's context. What the site has in
// Vault is left out: without components around them, these resources have no references to each other.
import * as pulumi from "@pulumi/pulumi";
import { at } from "../cli/internal/registration.ts";
import { bareProviders, registerResource } from "./internal/bareProgram.ts";
import { readObjects } from "./internal/objectsFile.ts";

const site: unknown = new pulumi.Config("gemelos").requireObject("site");
const providers = bareProviders(String(at(site, "kubernetes", "context")));
const groups = await readObjects(process.env["GEMELOS_BENCH_RESOURCES"] ?? "");
const objects = groups.flatMap((group) => group());
const namespaces = new Map(
  objects
    .filter(({ inputs }) => inputs["kind"] === "Namespace")
    .map((object) => [String(at(object.inputs, "metadata", "name")), registerResource(object, providers)]),
);
for (const group of groups) {
  // What a pod cannot start without comes before it, as the program of a person who knows Kubernetes would have it.
  const first: pulumi.Resource[] = [];
  for (const object of group()) {
    const kind = String(object.inputs["kind"]);
    if (kind === "Namespace") continue;
    const namespace = namespaces.get(String(at(object.inputs, "metadata", "namespace")));
    const before = [...(namespace === undefined ? [] : [namespace]), ...(kind === "Deployment" ? first : [])];
    const resource = registerResource(object, providers, { dependsOn: before });
    if (kind === "ServiceAccount" || kind === "ConfigMap") first.push(resource);
  }
}
