import { at } from "../../recorder/registeredResource.ts";
import { describedSite } from "../../sandbox/sites/siteConfiguration.ts";
import type { LiveSite } from "./liveSites.ts";

/** A service account. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** A token of a service account, as the External Secrets Operator and the injector ask for one. */
export async function accountToken(site: LiveSite, account: Account, audience = "vault"): Promise<string> {
  const path = `api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}/token`;
  const { body } = await site.cluster.request("POST", path, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: [audience], expirationSeconds: 3600 },
  });
  return String(at(body, "status", "token") ?? "");
}

/** Logs in to a site's Vault with a role and a token of a service account; the answer, whatever it is. */
export async function login(
  site: LiveSite,
  jwt: string,
  role = "gemelos-services",
): Promise<{ readonly status: number; readonly token: string; readonly policies: unknown }> {
  const { authMount } = describedSite(site.site.stack).vault;
  const { status, body } = await site.askVault("POST", `auth/${authMount}/login`, { role, jwt }, "");
  return { status, token: String(at(body, "auth", "client_token") ?? ""), policies: at(body, "auth", "policies") };
}

/** A Vault token of a service, as it has one when it runs. */
export async function serviceToken(site: LiveSite, account: Account): Promise<string> {
  return (await login(site, await accountToken(site, account))).token;
}
