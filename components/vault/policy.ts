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
 * The policy of a service: it may read its own values, request its own keys, and look up, renew and revoke its own token.
 * Vault's default policy would grant the last three among much else. Without them the External Secrets Operator calls a
 * store invalid, and Vault Agent logs in again for each renewal.
 */
export function servicePolicy(service: ResolvedMicroservice): PolicyRule[] {
  const { stored, issued } = service.secrets;
  return [
    ...readOnly(stored.map(({ path }) => `${vaultMounts.services}/data/${path}`)),
    ...issued.map(({ role }): PolicyRule => ({ path: `${vaultMounts.pki}/issue/${role}`, capabilities: ["update"] })),
  ];
}

/** Rules to read these paths, and to look up, renew and revoke the token itself. */
export function readOnly(paths: readonly string[]): PolicyRule[] {
  return [...paths.map((path): PolicyRule => ({ path, capabilities: ["read"] })), ...ownToken];
}

/** Rules that every token has for itself. */
const ownToken: readonly PolicyRule[] = [
  { path: "auth/token/lookup-self", capabilities: ["read"] },
  { path: "auth/token/renew-self", capabilities: ["update"] },
  { path: "auth/token/revoke-self", capabilities: ["update"] },
];

/** Formats rules as a Vault policy, in HCL. */
export function policyText(rules: readonly PolicyRule[]): string {
  return rules
    .map(({ path, capabilities }) => {
      const list = capabilities.map((capability) => JSON.stringify(capability)).join(", ");
      return `path ${JSON.stringify(path)} {\n  capabilities = [${list}]\n}\n`;
    })
    .join("\n");
}
