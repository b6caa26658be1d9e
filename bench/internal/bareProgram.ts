import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { at } from "../../cli/internal/registration.ts";
import type { BareGroup } from "./objectsFile.ts";

type ResourceClass = new (...args: never) => pulumi.Resource;

const classes = new Map<string, ResourceClass>();

/** The provider of a bare program, as `index.ts` makes its own. */
export function bareProvider(): kubernetes.Provider {
  return new kubernetes.Provider("kubernetes", { context: "bench", enableServerSideApply: true });
}

/** Registers objects as a program without components would: each by its class of the SDK, with a provider, no parent. */
export function registerGroup(group: BareGroup, provider: kubernetes.Provider): void {
  for (const { type, name, manifest } of group) Reflect.construct(classOf(type), [name, manifest, { provider }]);
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
