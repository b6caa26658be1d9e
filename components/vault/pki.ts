import type { IssuedKey, ResolvedMicroservice } from "../description/index.ts";
import { fullServiceName, longestValidityDays } from "../description/index.ts";

/** The roles of the PKI engine, by what a certificate is for. All services share them. */
export const pkiRoleNames = { certificate: "certificate", privateKey: "private-key" } as const;

/** The role of the PKI engine for the certificates of exposed hosts. */
export const hostRoleName = "host";

/** The short DNS name of a service in the cluster, which is in its certificates, as the full one is. */
export function serviceHost({ name, namespace }: Account): string {
  return `${name}.${namespace}.svc`;
}

/**
 * The further names by which a service is reached in its cluster. Not its name alone: an account in another namespace may
 * have the same one, and could have certificates issued for it.
 */
function otherNames(account: Account, domain: string): string[] {
  return [fullServiceName(account, domain), `${account.name}.${account.namespace}`];
}

/** Name and namespace of a service, which its service account has too. */
interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** The role of the PKI engine from which a key is issued. */
export function pkiRole({ secret }: IssuedKey): string {
  return pkiRoleNames[secret.kind];
}

/** The parameters that a request to Vault's PKI engine for a key may have. */
export const issueParameterNames = ["common_name", "alt_names", "ttl", "private_key_format"] as const;

/**
 * The parameters of the request to Vault's PKI engine for one key.
 * @param domain the domain of the cluster's names
 */
export function issueParameters(
  service: ResolvedMicroservice,
  { secret }: IssuedKey,
  domain: string,
): Partial<Record<(typeof issueParameterNames)[number], string>> {
  const host = serviceHost(service);
  return {
    common_name: host,
    ...(secret.kind === "certificate" ? { alt_names: otherNames(service, domain).join(",") } : {}),
    ttl: `${secret.validityDays * 24}h`,
    private_key_format: "pkcs8",
  };
}

/** Days for which the certificate of an exposed host is issued. */
export const hostValidityDays = longestValidityDays;

/** The parameters of the request for the key of an exposed host. */
export function hostIssueParameters(host: string): Partial<Record<(typeof issueParameterNames)[number], string>> {
  return { common_name: host, ttl: `${hostValidityDays * 24}h`, private_key_format: "pkcs8" };
}

/**
 * The roles of the PKI engine by name: what a certificate may be used for, and which names it may have, in Vault's words
 * (https://developer.hashicorp.com/vault/api-docs/secret/pki#create-update-role). Vault fills the account that logged in
 * into the names, so that each service has keys issued for its own names and no others, and so has each host's account.
 * @param account name and namespace of that account, as identity templates
 * @param domain the domain of the cluster's names
 */
export function pkiRoles(account: Account, domain: string) {
  const role = (names: readonly string[], use: { readonly server_flag: boolean; readonly client_flag: boolean }) => ({
    allowed_domains: names,
    allowed_domains_template: true,
    allow_bare_domains: true,
    allow_any_name: false,
    allow_glob_domains: false,
    allow_ip_sans: false,
    allow_localhost: false,
    allow_subdomains: false,
    allow_wildcard_certificates: false,
    enforce_hostnames: true,
    ...use,
    code_signing_flag: false,
    email_protection_flag: false,
    key_type: "ec",
    key_bits: 256,
    key_usage: ["DigitalSignature"],
    max_ttl: longestValidityDays * 24 * 3600,
    // Kept, so that there is a list of what was issued, and something to revoke. Vault removes what has expired.
    no_store: false,
  });
  const ofService = [serviceHost(account), ...otherNames(account, domain)];
  return {
    [pkiRoleNames.certificate]: role(ofService, { server_flag: true, client_flag: false }),
    [pkiRoleNames.privateKey]: role(ofService, { server_flag: false, client_flag: true }),
    [hostRoleName]: role([account.name], { server_flag: true, client_flag: false }),
  };
}
