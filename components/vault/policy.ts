import { hostPath, registryPath, vaultMounts } from "./mounts.ts";
import { hostRoleName, issueParameterNames, pkiRoleNames } from "./pki.ts";

/** One rule of a Vault policy. */
export interface PolicyRule {
  readonly path: string;
  readonly capabilities: readonly ("create" | "read" | "update" | "delete" | "list" | "sudo")[];
  /**
   * The only parameters that a request may have, with any value.
   * @default any parameters
   */
  readonly allowedParameters?: readonly string[];
}

/**
 * An identity template for a field of the service account that logged in, which Vault fills in for each request
 * (https://developer.hashicorp.com/vault/docs/concepts/policies#templated-policies).
 * @param accessor accessor of the Kubernetes auth mount: `auth_kubernetes_5f7a1c2e`
 */
export function ofAccount(accessor: string, field: "name" | "namespace"): string {
  return `{{identity.entity.aliases.${accessor}.metadata.service_account_${field}}}`;
}

/**
 * The one policy of all services: whoever logs in reads the values of the service that has its account's name and
 * namespace, requests keys for that account's own names (see {@link pkiRoleNames}), and looks up, renews and revokes its own
 * token. No service appears in it, so a new service needs no other one, and nobody needs the right to write policies.
 */
export function servicesPolicy(accessor: string): PolicyRule[] {
  const own = `${ofAccount(accessor, "namespace")}/${ofAccount(accessor, "name")}`;
  return [
    { path: `${vaultMounts.services}/data/${own}/*`, capabilities: ["read"] },
    ...Object.values(pkiRoleNames).map(issueRule),
    ...ownToken,
  ];
}

/**
 * The one policy of all hosts' accounts, which are named after their hosts: each reads the certificate and key that an
 * operator has put for its own host, and requests keys for that host.
 */
export function hostsPolicy(accessor: string): PolicyRule[] {
  const own = hostPath(ofAccount(accessor, "name"));
  return [
    { path: `${vaultMounts.services}/data/${own}`, capabilities: ["read"] },
    issueRule(hostRoleName),
    ...ownToken,
  ];
}

function issueRule(role: string): PolicyRule {
  return {
    path: `${vaultMounts.pki}/issue/${role}`,
    capabilities: ["update"],
    // Not `not_after`, which Vault does not hold against the role's longest validity.
    allowedParameters: issueParameterNames,
  };
}

/** The policy that reads the registry's credentials and nothing else. */
export function registryPolicy(): PolicyRule[] {
  return [{ path: `${vaultMounts.services}/data/${registryPath}`, capabilities: ["read"] }, ...ownToken];
}

/**
 * Rules that every token has for itself. Vault's default policy would grant them among much else. Without them the External
 * Secrets Operator calls a store invalid, and Vault Agent logs in again for each renewal.
 */
const ownToken: readonly PolicyRule[] = [
  { path: "auth/token/lookup-self", capabilities: ["read"] },
  { path: "auth/token/renew-self", capabilities: ["update"] },
  { path: "auth/token/revoke-self", capabilities: ["update"] },
];

/** Formats rules as a Vault policy, in HCL. */
export function policyText(rules: readonly PolicyRule[]): string {
  return rules.map(ruleText).join("\n");
}

function ruleText({ path, capabilities, allowedParameters }: PolicyRule): string {
  const list = capabilities.map((capability) => JSON.stringify(capability)).join(", ");
  const allowed = (allowedParameters ?? []).map((name) => `    ${JSON.stringify(name)} = []\n`);
  const parameters = allowed.length === 0 ? "" : `  allowed_parameters = {\n${allowed.join("")}  }\n`;
  return `path ${JSON.stringify(path)} {\n  capabilities = [${list}]\n${parameters}}\n`;
}
