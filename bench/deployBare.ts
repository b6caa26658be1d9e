// Measured program: a sandbox deployment without components. It registers the Kubernetes objects from the file that
// GEMELOS_BENCH_RESOURCES names, each after its namespace, with a provider for the stack's context. Vault resources are
// left out, because without components they have no references to each other.
import * as pulumi from "@pulumi/pulumi";
import { at } from "../recorder/registeredResource.ts";
import { bareProviders, registerResource } from "./measure/bareProgram.ts";
import { type BareResource, readObjects } from "./measure/objectsFile.ts";

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
  // Whatever a pod cannot start without is registered first, as someone who knows Kubernetes would write the program.
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
