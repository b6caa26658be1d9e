import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "../../command/temporaryFolder.ts";
import type { PolicyRule } from "../../components/vault/index.ts";
import { at, type RegisteredResource } from "../../recorder/registeredResource.ts";
import { renderRuns } from "../../recorder/renderSites.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { type RequestsOfResource, requestsOfProgram, requestsOfResources } from "../fixtures/vaultRequests.ts";

/** The parts of a resource's life, see {@link RequestsOfResource}. */
export type Part = keyof RequestsOfResource;

/** The resources that the program registers in one site's Vault. */
export async function readVaultResources(site: string): Promise<RegisteredResource[]> {
  return withTemporaryFolder("requests", async (folder) => {
    const runs = (await readStackFiles([site])).map((stack) => ({ ...stack, folder: stack.stack }));
    await renderRuns(folder, runs, { manifests: false });
    const resources: RegisteredResource[] = JSON.parse(await readFile(join(folder, site, "resources.json"), "utf8"));
    return resources.filter(({ type }) => type.startsWith("vault:"));
  });
}

/** The requests of the table for these resources and parts of their lives, with the resources' own names. */
export function requestsFor(resources: readonly RegisteredResource[], ...parts: readonly Part[]): string[] {
  return resources.flatMap(({ type, inputs }) => {
    const requests = requestsOfResources[type];
    if (requests === undefined) throw new Error(`the table of requests has no ${type}`);
    return parts.flatMap((part) => requests[part]).map((request) => named(request, inputs));
  });
}

/** What the program asks in every run, by the table, about supplied secrets and those of these resources. */
export function requestsOfRun(
  supplied: readonly { readonly path: string }[],
  resources: readonly RegisteredResource[],
): string[] {
  const generated = resources.filter(({ type }) => type === "vault:kv/secretV2:SecretV2");
  return [
    ...requestsOfProgram.once,
    ...requestsOfProgram.ofSuppliedSecret.flatMap((request) => supplied.map((secret) => named(request, secret))),
    ...requestsOfProgram.ofGeneratedSecret.flatMap((request) => generated.map(({ inputs }) => named(request, inputs))),
  ];
}

/** A request of the table with the names that a resource's inputs have. */
export function named(request: string, inputs: unknown): string {
  return request.replaceAll(/\{(\w+)\}/g, (braces, name: string) => String(at(inputs, name) ?? braces));
}

/** The requests that a policy denies. */
export function deniedBy(policy: readonly PolicyRule[], requests: readonly string[]): string[] {
  return requests.filter((request) => {
    const { operation, path } = parts(request);
    const granted = policy.filter((rule) => covers(rule, path)).flatMap(({ capabilities }) => capabilities);
    return !granted.some((capability) => capability === operation);
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
  return covers(rule, path) && capability === operation;
}

/** Whether a rule is about a path: the same one, or one that begins so if the rule ends in an asterisk. */
function covers(rule: PolicyRule, path: string): boolean {
  return rule.path.endsWith("*") ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path;
}
