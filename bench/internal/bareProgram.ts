import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { at } from "../../cli/internal/registration.ts";
import type { BareGroup, BareObject } from "./objectsFile.ts";

type ResourceClass = new (...args: never) => pulumi.Resource;

const classes = new Map<string, ResourceClass>();

/** The provider of a bare program, as `index.ts` makes its own. */
export function bareProvider(context = "bench"): kubernetes.Provider {
  return new kubernetes.Provider("kubernetes", { context, enableServerSideApply: true });
}

/** Registers objects as a program without components would: each by its class of the SDK, with a provider, no parent. */
export function registerGroup(group: BareGroup, provider: kubernetes.Provider): void {
  for (const object of group) registerObject(object, { provider });
}

/** One object of {@link registerGroup}, with the options that a program would give it. */
export function registerObject(
  { type, name, manifest }: BareObject,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return Reflect.construct(classOf(type), [name, manifest, options]);
}

/** The SDK's class for a type's token; kinds that it does not know are custom resources. */
function classOf(type: string): ResourceClass {
  const known = classes.get(type);
  if (known !== undefined) return known;
  const [, module = "", kind = ""] = type.split(":");
  const [group = "", version = ""] = module.split("/");
  const found = at(kubernetes, group.split(".")[0] ?? "", version, kind);
  const result = isClass(found) ? found : kubernetes.apiextensions.CustomResource;
  classes.set(type, result);
  return result;
}

function isClass(value: unknown): value is ResourceClass {
  return typeof value === "function";
}
