import type { ResolvedMicroservice } from "./defaults.ts";
import { policyName, secretsOf, vaultAudience, vaultMounts } from "./secrets.ts";

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
  const { stored, issued } = secretsOf(service);
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

/** A role of the Kubernetes auth mount: who may log in, and what with. Names are Vault's. */
export interface LoginRole {
  readonly roleName: string;
  readonly boundServiceAccountNames: string[];
  readonly boundServiceAccountNamespaces: string[];
  readonly audience: string;
  readonly tokenPolicies: string[];
  readonly tokenNoDefaultPolicy: true;
  /** Seconds: long enough for one round of reading, and for an agent that renews. */
  readonly tokenTtl: number;
  readonly tokenMaxTtl: number;
}

/** The role of one service: its own account in its own namespace, with a token made for Vault, and nobody else. */
export function serviceRole({ name, namespace }: ResolvedMicroservice): LoginRole {
  return loginRole(name, { account: name, namespaces: [namespace] }, policyName({ name }));
}

/** A role for one account, with one policy. */
export function loginRole(
  roleName: string,
  bound: { readonly account: string; readonly namespaces: readonly string[] },
  policy: string,
): LoginRole {
  return {
    roleName,
    boundServiceAccountNames: [bound.account],
    boundServiceAccountNamespaces: [...bound.namespaces],
    audience: vaultAudience,
    tokenPolicies: [policy],
    tokenNoDefaultPolicy: true,
    tokenTtl: 15 * 60,
    tokenMaxTtl: 60 * 60,
  };
}
