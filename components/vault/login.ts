import type { SiteData } from "../siteData.ts";
import { vaultAudience } from "./mounts.ts";

/** The roles of the Kubernetes auth mount. Each has the policy of the same name, and no other. */
export const loginNames = {
  services: "gemelos-services",
  registry: "gemelos-registry",
  hosts: "gemelos-hosts",
} as const;

/** Name of the ServiceAccount in each namespace that reads the registry's credentials, and of what belongs to it. */
export const registryAccount = "registry-credentials";

/**
 * A role of the Kubernetes auth mount: who may log in, with which token, and which policies they get
 * (https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#create-update-role). Names are Vault's.
 */
export interface LoginRole {
  readonly bound_service_account_names: readonly string[];
  readonly bound_service_account_namespaces: readonly string[];
  readonly audience: string;
  readonly alias_name_source: "serviceaccount_uid";
  readonly token_policies: readonly string[];
  readonly token_no_default_policy: true;
  /** Seconds; long enough to read all values once, or for an agent to renew the token. */
  readonly token_ttl: number;
  readonly token_max_ttl: number;
  /** Seconds; 0 is a token that ends with `token_max_ttl` and cannot be renewed for ever. */
  readonly token_period: 0;
}

/**
 * The roles of the Kubernetes auth mount by name. Every account of the cluster may log in as a service: its policy shows
 * it nothing but what has its own name. For a host logs in an account that has the host's name, and no service's has a dot.
 * @param domains the site's domains
 */
export function loginRoles(domains: SiteData["domains"]): Record<string, LoginRole> {
  const hosts = new Set([domains.public, domains.internal].map((domain) => `*.${domain}`));
  return {
    [loginNames.services]: loginRole(["*"], loginNames.services),
    [loginNames.registry]: loginRole([registryAccount], loginNames.registry),
    [loginNames.hosts]: loginRole([...hosts], loginNames.hosts),
  };
}

function loginRole(accounts: readonly string[], policy: string): LoginRole {
  return {
    bound_service_account_names: accounts,
    bound_service_account_namespaces: ["*"],
    audience: vaultAudience,
    alias_name_source: "serviceaccount_uid",
    token_policies: [policy],
    token_no_default_policy: true,
    token_ttl: 15 * 60,
    token_max_ttl: 60 * 60,
    token_period: 0,
  };
}
