import type { ResolvedMicroservice } from "../description/index.ts";
import { vaultMounts } from "./mounts.ts";

/** Name of a service's policy in Vault. */
export function policyName({ name }: { readonly name: string }): string {
  return `service-${name}`;
}

/** One rule of a Vault policy. */
export interface PolicyRule {
  readonly path: string;
  readonly capabilities: readonly ("create" | "read" | "update" | "delete" | "list" | "sudo")[];
}

/**
 * What a service's token may do: read its own values, have its own keys issued, and look at, renew and give back itself.
 * The last three are what the default policy would grant beside much else: without them the External Secrets Operator
 * calls a store invalid, and Vault Agent logs in again for each renewal.
 */
export function servicePolicy(service: ResolvedMicroservice): PolicyRule[] {
  const { stored, issued } = service.secrets;
  return [
    ...readOnly(stored.map(({ path }) => `${vaultMounts.services}/data/${path}`)),
    ...issued.map(({ role }): PolicyRule => ({ path: `${vaultMounts.pki}/issue/${role}`, capabilities: ["update"] })),
  ];
}

/** Reading of these paths, and the token's own life. */
export function readOnly(paths: readonly string[]): PolicyRule[] {
  return [...paths.map((path): PolicyRule => ({ path, capabilities: ["read"] })), ...ownToken];
}

/** What every token may do with itself. */
const ownToken: readonly PolicyRule[] = [
  { path: "auth/token/lookup-self", capabilities: ["read"] },
  { path: "auth/token/renew-self", capabilities: ["update"] },
  { path: "auth/token/revoke-self", capabilities: ["update"] },
];

/** A policy in Vault's own language. */
export function policyText(rules: readonly PolicyRule[]): string {
  return rules
    .map(({ path, capabilities }) => {
      const list = capabilities.map((capability) => JSON.stringify(capability)).join(", ");
      return `path ${JSON.stringify(path)} {\n  capabilities = [${list}]\n}\n`;
    })
    .join("\n");
}
