import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vault from "@pulumi/vault";
import { at } from "../../recorder/registeredResource.ts";
import type { BareGroup, BareResource } from "./objectsFile.ts";

type ResourceClass = new (...args: never) => pulumi.Resource;

const classes = new Map<string, ResourceClass>();

/** A provider for each package. */
export type BareProviders = Readonly<Record<string, pulumi.ProviderResource>>;

/** The providers of a bare program, created as in `index.ts`. */
export function bareProviders(context = "bench"): BareProviders {
  return {
    kubernetes: new kubernetes.Provider("kubernetes", { context, enableServerSideApply: true }),
    vault: new vault.Provider("vault", { address: "https://vault.example" }),
    random: new random.Provider("random"),
  };
}

/** Registers resources as a program without components would: by the SDK's classes, with a provider and no parent. */
export function registerGroup(group: BareGroup, providers: BareProviders): void {
  for (const resource of group) registerResource(resource, providers);
}

/** Registers one resource as {@link registerGroup} does, with additional options. */
export function registerResource(
  { type, name, inputs }: BareResource,
  providers: BareProviders,
  options: pulumi.CustomResourceOptions = {},
): pulumi.Resource {
  const provider = providers[type.split(":", 1)[0] ?? ""];
  if (provider === undefined) throw new Error(`${type} is of a package that the bare program has no provider for`);
  return Reflect.construct(classOf(type), [name, inputs, { ...options, provider }]);
}

/** The SDK's class for a type token; Kubernetes kinds that the SDK does not know are custom resources. */
function classOf(type: string): ResourceClass {
  const known = classes.get(type);
  if (known !== undefined) return known;
  const result = findClass(type);
  classes.set(type, result);
  return result;
}

function findClass(type: string): ResourceClass {
  const [name, module = "", kind = ""] = type.split(":");
  const [group = "", version = ""] = module.split("/");
  if (name === "kubernetes") {
    const found = at(kubernetes, group.split(".")[0] ?? "", version, kind);
    return isClass(found) ? found : kubernetes.apiextensions.CustomResource;
  }
  // SDK modules have lower-case names; the module `index` is the package itself.
  const found = at({ vault, random }, name ?? "", ...(group === "index" ? [] : [group.toLowerCase()]), kind);
  if (!isClass(found)) throw new Error(`the SDK has no class of the type ${type}`);
  return found;
}

function isClass(value: unknown): value is ResourceClass {
  return typeof value === "function";
}
