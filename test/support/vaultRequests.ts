import type { PolicyRule } from "../../components/vault/index.ts";
import { at, type RegisteredResource } from "../../recorder/registeredResource.ts";
import {
  demandsSudo,
  type RequestsOfResource,
  requestsOfProgram,
  requestsOfProvider,
  requestsOfResources,
  withoutToken,
} from "../fixtures/vaultRequests.ts";

/** The parts of a resource's life, see {@link RequestsOfResource}. */
export type Part = keyof RequestsOfResource;

/** The requests of the table for these resources and parts of their lives, with the resources' own names. */
export function requestsFor(resources: readonly RegisteredResource[], ...parts: readonly Part[]): string[] {
  return resources.flatMap(({ type, inputs }) => {
    const requests = requestsOfResources[type];
    if (requests === undefined) throw new Error(`the table of requests has no ${type}`);
    return parts.flatMap((part) => requests[part] ?? []).map((request) => named(request, inputs));
  });
}

/** What every run asks, by the table: the provider, and the program about supplied secrets and those of these resources. */
export function requestsOfRun(
  supplied: readonly { readonly path: string }[],
  resources: readonly RegisteredResource[],
): string[] {
  const generated = resources.filter(({ type }) => type === "vault:kv/secretV2:SecretV2");
  return [
    ...requestsOfProvider,
    ...requestsOfProgram.once,
    ...requestsOfProgram.ofSuppliedSecret.flatMap((request) => supplied.map((secret) => named(request, secret))),
    ...requestsOfProgram.ofGeneratedSecret.flatMap((request) => generated.map(({ inputs }) => named(request, inputs))),
    ...requestsFor(resources, "always"),
  ];
}

/** A request of the table with the names that a resource's inputs have; an output's name stays in braces. */
export function named(request: string, inputs: unknown): string {
  return request.replaceAll(/\{(\w+)\}/g, (braces, name: string) => String(at(inputs, name) ?? braces));
}

/** The requests that need a policy. */
export function withToken(requests: readonly string[]): string[] {
  const patterns = withoutToken.map((request) => new RegExp(`^${request.replaceAll(/\{\w+\}/g, "[^/]+")}$`));
  return requests.filter((request) => !patterns.some((pattern) => pattern.test(request)));
}

/** The requests that a policy denies. */
export function deniedBy(policy: readonly PolicyRule[], requests: readonly string[]): string[] {
  return requests.filter((request) => {
    const { operation, path } = parts(request);
    const granted = policy.filter((rule) => covers(rule, path)).flatMap(({ capabilities }) => capabilities);
    const needed = demandsSudo.test(path) ? [operation, "sudo"] : [operation];
    return !needed.every((capability) => granted.some((each) => each === capability));
  });
}

/** What a policy grants without any of these requests needing it: `update sys/mounts/pki`. */
export function unneededIn(policy: readonly PolicyRule[], requests: readonly string[]): string[] {
  return policy.flatMap((rule) =>
    rule.capabilities
      .filter((capability) => !requests.map(parts).some((request) => needs(request, rule, capability)))
      .map((capability) => `${capability} ${rule.path}`),
  );
}

interface RequestParts {
  readonly operation: string;
  readonly path: string;
}

function parts(request: string): RequestParts {
  const [operation = "", path = ""] = request.split(" ");
  return { operation, path };
}

function needs({ operation, path }: RequestParts, rule: PolicyRule, capability: string): boolean {
  if (!covers(rule, path)) return false;
  return capability === "sudo" ? demandsSudo.test(path) : capability === operation;
}

/** Whether a rule is about a path: the same one, or one that begins so if the rule ends in an asterisk. */
function covers(rule: PolicyRule, path: string): boolean {
  return rule.path.endsWith("*") ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path;
}
