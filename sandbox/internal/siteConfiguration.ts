import type { Site } from "../../components/site.ts";
import type { StackConfiguration } from "../../recorder/stackFile.ts";
import { apiServerUrl } from "./apiServer.ts";
import type { SiteRecord } from "./siteFolder.ts";
import { vaultUrl } from "./vault.ts";

/** The site that a stack file describes, as it stands there: the program itself checks it when it runs. */
export function describedSite({ config }: StackConfiguration): Omit<Site, "file" | "releases"> {
  return JSON.parse(config["gemelos:site"] ?? "{}");
}

/** A real site's configuration with the addresses and identities of its sandbox in place of its own. */
export function sandboxConfiguration(stack: StackConfiguration, record: SiteRecord): StackConfiguration {
  const site = describedSite(stack);
  const inSandbox = {
    ...site,
    kubernetes: {
      ...site.kubernetes,
      clusterIdentity: record.clusterIdentity,
      address: apiServerUrl(record),
      caCertificate: record.caCertificate,
    },
    vault: {
      ...site.vault,
      address: vaultUrl(record),
      caCertificate: record.caCertificate,
      cidrs: ["127.0.0.1/32"],
      // Into the log of the sandbox's own Vault: npm run sandbox -- logs dc1 vault
      auditLog: "stdout",
    },
  };
  return { ...stack, config: { ...stack.config, "gemelos:site": JSON.stringify(inSandbox) } };
}
