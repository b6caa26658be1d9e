import { withoutParts } from "../../components/monitoring/index.ts";
import type { Site } from "../../components/siteData.ts";
import type { StackConfiguration } from "../../recorder/stackFile.ts";
import { apiServerUrl } from "./apiServer.ts";
import type { SiteRecord } from "./siteFolder.ts";
import { vaultUrl } from "./vault.ts";

/** The site of a stack file, without validation: the program validates it when it runs. */
export function describedSite({ config }: StackConfiguration): Omit<Site, "file" | "releases"> {
  return JSON.parse(config["gemelos:site"] ?? "{}");
}

/** What a sandbox has beside the services. */
export interface SandboxParts {
  /**
   * Whether the site's own monitoring is there: its objects and its pods, in which nothing runs. Its volumes need a StorageClass.
   * @default false
   */
  readonly monitoring?: boolean;
}

/** A real site's configuration with the addresses and cluster UID of its sandbox. */
export function sandboxConfiguration(
  stack: StackConfiguration,
  record: SiteRecord,
  { monitoring: watched = false }: SandboxParts = {},
): StackConfiguration {
  const { monitoring, ...site } = describedSite(stack);
  const inSandbox = {
    ...site,
    ...(watched ? { monitoring } : {}),
    kubernetes: {
      ...site.kubernetes,
      clusterUid: record.clusterUid,
      address: apiServerUrl(record),
      caCertificate: record.caCertificate,
    },
    vault: {
      ...site.vault,
      address: vaultUrl(record),
      caCertificate: record.caCertificate,
      cidrs: [{ cidr: "127.0.0.1/32", reason: "The sandbox runs Vault on this machine" }],
      // Written to the log of the sandbox's own Vault: npm run sandbox -- logs dc1 vault
      auditLog: "stdout",
    },
  };
  // Its nodes have no kernel and no sensors, so nothing is there to be watched, and the parts need no releases.
  const releases: Readonly<Record<string, string>> = JSON.parse(stack.config["gemelos:releases"] ?? "{}");
  return {
    ...stack,
    config: {
      ...stack.config,
      "gemelos:site": JSON.stringify(inSandbox),
      "gemelos:releases": JSON.stringify(watched ? releases : withoutParts(releases)),
    },
  };
}
