import { secretKeys } from "../../components/monitoring/index.ts";
import type { Site } from "../../components/siteData.ts";
import { hostPath, type PolicyRule, setupObjects, vaultMounts } from "../../components/vault/index.ts";
import type { ExposedHost } from "../../components/workload/index.ts";
import type { SiteSecrets, Target } from "./targets.ts";

/**
 * The minimal policy for `pulumi up` in a site's Vault: the requests that the provider (7.8) makes for each generated value,
 * the check that supplied secrets exist, and the provider's child token. It allows neither to read an operator's value nor
 * to write over a value that exists, but for the password with which the gate asks the site's own Prometheus for alerts, and it only reads what decides who may read values: no policy, no login, no role and no
 * authority can be changed with it. `test/fixtures/vaultRequests.ts` lists the requests.
 */
export function deploymentPolicy({ site, targets, hosts }: SiteSecrets): PolicyRule[] {
  return sorted([
    { path: "auth/token/lookup-self", capabilities: ["read"] },
    // The provider makes a child token with the same policy and works with that.
    { path: "auth/token/create", capabilities: ["update"] },
    ...readSetupRules(site),
    ...targets.flatMap((target): PolicyRule[] => {
      const { kind, path } = target;
      if (path === undefined) return [];
      if (isAskedByGate(target, site)) {
        return ["subkeys", "data"].map((of) => ({
          path: `${vaultMounts.services}/${of}/${path}`,
          capabilities: ["read"],
        }));
      }
      if (kind === "supplied") return [{ path: `${vaultMounts.services}/subkeys/${path}`, capabilities: ["read"] }];
      return [
        { path: `${vaultMounts.services}/data/${path}`, capabilities: ["create", "read"] },
        { path: `${vaultMounts.services}/metadata/${path}`, capabilities: ["read"] },
      ];
    }),
    ...suppliedPaths(hosts).map(
      (path): PolicyRule => ({ path: `${vaultMounts.services}/subkeys/${path}`, capabilities: ["read"] }),
    ),
  ]);
}

/**
 * The minimal policy for `npm run secrets` to show, put, rotate and roll back the secrets of a site. It puts the certificates
 * and keys of hosts, and cannot read them.
 */
export function secretsPolicy({ site, targets, hosts }: SiteSecrets): PolicyRule[] {
  return sorted([
    ...readSetupRules(site),
    ...targets.flatMap(({ path }): PolicyRule[] =>
      path === undefined
        ? []
        : [
            { path: `${vaultMounts.services}/metadata/${path}`, capabilities: ["read"] },
            // A rollback reads the older version in order to write it again.
            { path: `${vaultMounts.services}/data/${path}`, capabilities: ["create", "read", "update"] },
          ],
    ),
    ...suppliedPaths(hosts).flatMap((path): PolicyRule[] => [
      { path: `${vaultMounts.services}/data/${path}`, capabilities: ["create", "update"] },
      // Only what is shown of the pair: not how many versions Vault keeps, or for how long.
      {
        path: `${vaultMounts.services}/metadata/${path}`,
        capabilities: ["create", "read", "update"],
        allowedParameters: ["custom_metadata"],
      },
    ]),
  ]);
}

/** Whether a value is the password by which the site's own Prometheus is asked, which lets nobody change anything. */
function isAskedByGate({ owner, key }: Target, { monitoring }: Site): boolean {
  return monitoring?.kind === "prometheus" && owner === "prometheus" && key === secretKeys.prometheusPassword;
}

/** Paths of the pairs that operators put. */
function suppliedPaths(hosts: readonly ExposedHost[]): string[] {
  return hosts.flatMap(({ host, certificate }) => (certificate.source === "supplied" ? [hostPath(host)] : []));
}

/** Rules to see whether an operator has set the Vault up; none of what they show is secret. */
function readSetupRules(site: Site): PolicyRule[] {
  const { authMount } = site.vault;
  const paths = setupObjects(site, "").map(({ path }) => path);
  return [`sys/mounts/auth/${authMount}`, `auth/${authMount}/config`, ...paths].map((path) => ({
    path,
    capabilities: ["read"],
  }));
}

function sorted(rules: readonly PolicyRule[]): PolicyRule[] {
  return rules.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
