// Measured: the program of a sandbox deployment without components. It registers the Kubernetes objects of the file that
// GEMELOS_BENCH_RESOURCES names, each after its namespace, with a provider for the stack's context. What the site has in
// Vault is left out: without components around them, these resources have no references to each other.
import * as pulumi from "@pulumi/pulumi";
import { at } from "../recorder/registeredResource.ts";
import { bareProviders, registerResource } from "./internal/bareProgram.ts";
import { type BareResource, readObjects } from "./internal/objectsFile.ts";

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
  const inside = group().filter(({ inputs }) => inputs["kind"] !== "Namespace");
  // What a pod cannot start without comes before it, as the program of a person who knows Kubernetes would have it.
  const needed = inside.filter(isNeeded).map((object) => register(object));
  for (const object of inside) {
    if (!isNeeded(object)) register(object, object.inputs["kind"] === "Deployment" ? needed : []);
  }
}

function isNeeded({ inputs }: BareResource): boolean {
  return inputs["kind"] === "ServiceAccount" || inputs["kind"] === "ConfigMap";
}

function register(object: BareResource, before: readonly pulumi.Resource[] = []): pulumi.Resource {
  const namespace = namespaces.get(String(at(object.inputs, "metadata", "namespace")));
  const dependsOn = [...(namespace === undefined ? [] : [namespace]), ...before];
  return registerResource(object, providers, { dependsOn });
}
