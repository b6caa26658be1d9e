import { microserviceSchema, type ResolvedMicroservice, resolveMicroservice } from "../description/index.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Microservice } from "../microservice.ts";

/** What is left of a description when the fields that are wrong are left out, so that the rest can be checked, too. */
export interface Remainder {
  readonly resolved: ResolvedMicroservice;
  /** The fields of the description that are left out: what is said of them later would be a consequence. */
  readonly left: readonly string[];
}

/** Stands for a name that is wrong. No message about it is shown. */
const unnamed = "unnamed";

/** Fields on which so much depends that nothing can be said of the rest while they are wrong. */
const decisive = ["cardholderData"];

/** Fields that may be wrong only because another one is left out, which the message need not name. */
const dependents: Readonly<Record<string, readonly string[]>> = {
  backingServices: ["migration"],
  exposure: ["verification"],
  ports: ["exposure", "metrics", "probes", "secretDelivery", "securityExceptions", "tls"],
  secrets: ["secretDelivery"],
  tls: ["exposure", "ports", "probes", "secretDelivery", "securityExceptions"],
};

/** What stands for a required field that is wrong. */
const substitutes: Readonly<Record<string, unknown>> = {
  name: unnamed,
  namespace: unnamed,
  description: unnamed,
  owner: unnamed,
  resources: { requests: { cpu: "1", memory: "2Gi" } },
};

/**
 * What is left of a description without the fields that diagnostics name; undefined where that is not valid either. Its
 * `calls` are code, and are called once more.
 */
export function remainderOf(service: Microservice, diagnostics: readonly Diagnostic[]): Remainder | undefined {
  const left = [...new Set(diagnostics.map(({ path }) => /^[^.[]*/.exec(path)?.[0] ?? ""))];
  if (left.some((field) => decisive.includes(field))) return undefined;
  const rest = { ...service };
  for (const field of left) {
    if (Object.hasOwn(substitutes, field)) Reflect.set(rest, field, substitutes[field]);
    else Reflect.deleteProperty(rest, field);
  }
  if (!microserviceSchema.safeParse(rest).success) return undefined;
  try {
    return { resolved: resolveMicroservice(rest), left };
  } catch {
    return undefined;
  }
}

/** The diagnostics that are no consequence of a field that was left out: they name none of them. */
export function independentOf(left: readonly string[], diagnostics: readonly Diagnostic[]): Diagnostic[] {
  if (left.length === 0) return [...diagnostics];
  const names = new Set([unnamed, ...left, ...left.flatMap((field) => dependents[field] ?? [])]);
  return diagnostics.filter(({ path, message }) => !`${path} ${message}`.split(/\W+/).some((word) => names.has(word)));
}
