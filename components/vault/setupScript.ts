import type { SiteData, SiteNetwork, SiteVault } from "../siteData.ts";
import { vaultMounts } from "./mounts.ts";
import { deploymentPolicyName, setupObjects } from "./setup.ts";

/** What a {@link setupScript} is about. */
export interface SetupScriptArgs extends Pick<SiteVault, "address" | "authMount" | "auditLog"> {
  /** Name of the site, for what the script prints. */
  readonly site: string;
  /** The site's domains, under which services are exposed. */
  readonly domains: SiteData["domains"];
  /**
   * The cluster's own network, for the names in certificates.
   * @default kubeadm's and Kubespray's
   */
  readonly network?: Pick<SiteNetwork, "dns">;
  /** The deployment's policy as HCL. */
  readonly deploymentPolicy: string;
  /**
   * Common name of the certificate authority that signs the services' certificates.
   * @default "Gemelos services"
   */
  readonly authorityName?: string;
}

/** Lifetime of the certificate authority, ten years: it outlives every certificate that it signs by far. */
const authorityHours = 10 * 365 * 24;

/**
 * A POSIX shell script with which an operator sets up a site's Vault: audit log, mounts, certificate authority, the login of
 * the cluster's service accounts, and the policies of services and of deployments. It leaves mounts, authority and audit
 * log as they are where they exist already, and writes everything else anew, so it can be run again.
 */
export function setupScript(args: SetupScriptArgs): string {
  const { site, address, authMount, auditLog, deploymentPolicy, authorityName = "Gemelos services" } = args;
  const { services, pki } = vaultMounts;
  return `#!/bin/sh
# Sets up the Vault of ${site}. Whoever may do this may read everything in it: no deployment may, only an operator.
# It reads VAULT_TOKEN, and VAULT_CACERT (a file with the certificate of Vault's authority).
set -eu
export VAULT_ADDR=${quote(address)}

# First, so that the log has everything that follows.
vault audit list | grep -q '^file/' || vault audit enable file file_path=${quote(auditLog)}

vault secrets list | grep -q '^${services}/' || vault secrets enable -path=${services} -version=2 kv
vault secrets list | grep -q '^${pki}/' || vault secrets enable -path=${pki} -max-lease-ttl=${authorityHours}h pki
vault auth list | grep -q '^${authMount}/' || vault auth enable -path=${authMount} kubernetes

# The authority's key is made in Vault and never leaves it.
issuer=$(vault read -field=default ${pki}/config/issuers)
[ -n "$issuer" ] || vault write ${pki}/root/generate/internal common_name=${quote(authorityName)} \\
  ttl=${authorityHours}h key_type=ec key_bits=384 > /dev/null
# Certificates are kept to be listed and revoked until they have expired.
vault write ${pki}/config/auto-tidy enabled=true tidy_cert_store=true tidy_revoked_certs=true > /dev/null

# Vault knows the account that has logged in by the mount's accessor.
accessor=$(vault read -field=accessor sys/mounts/auth/${authMount})
${setupObjects({ ...args, vault: args }, "$accessor")
  .map(writeObject)
  .join("\n")}
vault policy write ${deploymentPolicyName} - <<'END'
${deploymentPolicy}END

echo ${quote(`the Vault of ${site} is set up`)}
`;
}

function writeObject({ path, data }: { readonly path: string; readonly data: object }): string {
  const policy = /^sys\/policies\/acl\/(.+)$/.exec(path)?.[1];
  if (policy !== undefined && "policy" in data) return `vault policy write ${policy} - <<END\n${data.policy}END\n`;
  // Of what the shell replaces in a document, only the accessor is meant.
  const text = JSON.stringify(data, null, 2).replaceAll(/[\\`]|\$(?!accessor\b)/g, "\\$&");
  return `vault write ${path} - > /dev/null <<END\n${text}\nEND\n`;
}

/** Quotes a word for the shell, whatever is in it. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
