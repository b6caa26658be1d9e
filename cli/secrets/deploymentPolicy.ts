import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "../../command/temporaryFolder.ts";
import type { PolicyRule } from "../../components/vault/index.ts";
import { policyName, vaultMounts } from "../../components/vault/index.ts";
import { at, type RegisteredResource } from "../../recorder/registeredResource.ts";
import { renderRuns } from "../../recorder/renderSites.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import type { SiteSecrets } from "./targets.ts";

/** The resources that the program registers in one site's Vault. */
export async function readVaultResources(site: string): Promise<RegisteredResource[]> {
  return withTemporaryFolder("policy", async (folder) => {
    const stacks = await readStackFiles([site]);
    const runs = stacks.map((stack) => ({ ...stack, folder: stack.stack }));
    await renderRuns(folder, runs, { manifests: false });
    const resources: RegisteredResource[] = JSON.parse(await readFile(join(folder, site, "resources.json"), "utf8"));
    return resources.filter(({ type }) => type.startsWith("vault:"));
  });
}

/**
 * The minimal policy for `pulumi up` in a site's Vault: the requests that the provider makes for each resource, the check
 * that supplied secrets exist, and the provider's child token. It allows neither to read an operator's value nor to write
 * over a value that exists.
 */
export function deploymentPolicy(resources: readonly RegisteredResource[], { targets }: SiteSecrets): PolicyRule[] {
  const checked = targets.flatMap(({ kind, path }): PolicyRule[] =>
    kind === "supplied" && path !== undefined
      ? [{ path: `${vaultMounts.services}/subkeys/${path}`, capabilities: ["read"] }]
      : [],
  );
  return merge([
    { path: "auth/token/lookup-self", capabilities: ["read"] },
    // The provider makes a child token with the same policy and works with that.
    { path: "auth/token/create", capabilities: ["update"] },
    ...resources.flatMap(({ type, inputs }) => rulesOf(type, (field) => String(at(inputs, field) ?? ""))),
    ...checked,
  ]);
}

/**
 * The minimal policy for `npm run secrets` to show, put, rotate and roll back the secrets of a site. It does not allow
 * `set-token-reviewer`: whoever configures the login decides which API server Vault believes, and so who may log in.
 */
export function secretsPolicy({ site, targets }: SiteSecrets): PolicyRule[] {
  const { authMount } = site.vault;
  return merge([
    { path: `auth/${authMount}/config`, capabilities: ["read"] },
    ...targets.flatMap(({ reader, path, pkiRole }): PolicyRule[] => [
      { path: `auth/${authMount}/role/${reader.role}`, capabilities: ["read"] },
      { path: `sys/policies/acl/${reader.policy}`, capabilities: ["read"] },
      ...(path === undefined
        ? []
        : [
            { path: `${vaultMounts.services}/metadata/${path}`, capabilities: ["read"] as const },
            // A rollback reads the older version in order to write it again.
            { path: `${vaultMounts.services}/data/${path}`, capabilities: ["create", "read", "update"] as const },
          ]),
      ...(pkiRole === undefined
        ? []
        : [{ path: `${vaultMounts.pki}/roles/${pkiRole}`, capabilities: ["read"] as const }]),
    ]),
  ]);
}

/**
 * Vault permissions for the requests that the provider (7.8) makes for one resource: to create, change and read it, and to
 * delete what a removed service leaves. `test/fixtures/vaultRequests.ts` lists the requests as recorded. Policies and roles
 * are granted by prefix, because a deployment that removes a service also deletes the service's policy and role, which
 * are no longer in the catalogue. This grants nothing extra: whoever may write one policy can give itself any
 * permission. Values are granted by exact path, and to be created only.
 */
function rulesOf(type: string, input: (field: string) => string): PolicyRule[] {
  switch (type) {
    case "vault:index/mount:Mount":
      return [{ path: `sys/mounts/${input("path")}`, capabilities: ["read", "update"] }];
    case "vault:index/authBackend:AuthBackend":
      return [
        { path: `sys/auth/${input("path")}`, capabilities: ["update", "sudo"] },
        { path: `sys/mounts/auth/${input("path")}`, capabilities: ["read"] },
        { path: `sys/mounts/auth/${input("path")}/tune`, capabilities: ["read"] },
      ];
    case "vault:index/audit:Audit":
      return [
        { path: "sys/audit", capabilities: ["read", "sudo"] },
        { path: `sys/audit/${input("path")}`, capabilities: ["update", "sudo"] },
      ];
    case "vault:index/policy:Policy":
      return [{ path: `sys/policies/acl/${anyService(input("name"))}`, capabilities: ["read", "update", "delete"] }];
    case "vault:kubernetes/authBackendConfig:AuthBackendConfig":
      return [{ path: `auth/${input("backend")}/config`, capabilities: ["read", "update"] }];
    case "vault:kubernetes/authBackendRole:AuthBackendRole":
      return [{ path: `auth/${input("backend")}/role/*`, capabilities: ["create", "read", "update", "delete"] }];
    case "vault:kv/secretV2:SecretV2":
      return [
        { path: `${input("mount")}/data/${input("name")}`, capabilities: ["create", "read"] },
        { path: `${input("mount")}/metadata/${input("name")}`, capabilities: ["read"] },
      ];
    case "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert":
      // The issuer's certificate is read, too, which needs no token.
      return [{ path: `${input("backend")}/issuers/generate/root/${input("type")}`, capabilities: ["update"] }];
    case "vault:pkiSecret/secretBackendRole:SecretBackendRole":
      return [{ path: `${input("backend")}/roles/*`, capabilities: ["read", "update", "delete"] }];
    default:
      throw new Error(
        `the program registers a ${type}, and this command does not know which Vault permissions that needs`,
      );
  }
}

/** Replaces the name of a service's policy with a pattern that matches those of all services. */
function anyService(name: string): string {
  const ofServices = policyName({ name: "*" });
  return name.startsWith(ofServices.slice(0, -1)) ? ofServices : name;
}

/** Merges the rules so that each path has one, sorted by path. */
function merge(rules: readonly PolicyRule[]): PolicyRule[] {
  const byPath = Map.groupBy(rules, ({ path }) => path);
  return [...byPath]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, same]) => ({
      path,
      capabilities: [...new Set(same.flatMap(({ capabilities }) => capabilities))],
    }));
}
