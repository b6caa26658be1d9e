import { vaultMounts } from "../../components/vault/index.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";
import { at } from "../../recorder/registeredResource.ts";
import { RemoteError } from "../../vaultClient/remoteError.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";

/**
 * The secrets of services that were written since a time, a sentence each: a rollback does not bring their values back. It reads
 * times and no value.
 * @param since when the site was verified as it will be again
 */
export async function secretsSince(
  vault: Pick<VaultClient, "read">,
  services: readonly Pick<PlainMicroservice, "name" | "secrets">[],
  since: Date,
): Promise<readonly string[]> {
  const stored = services.flatMap(({ name, secrets }) =>
    secrets.stored.map(({ key, path, secret }) => ({ label: `${name} ${key}`, path, kind: secret.kind })),
  );
  const lines = await Promise.all(
    stored.map(async ({ label, path, kind }) => {
      const written = await lastWritten(vault, path, kind === "supplied");
      if (written === undefined) return [];
      if (written === "unknown") return [`${label}: whether it was written since cannot be read with this token`];
      return written > since
        ? [
            `${label} was written ${written.toISOString()} and keeps that value: npm run secrets -- rollback brings an older one back`,
          ]
        : [];
    }),
  );
  return lines.flat();
}

/** When the newest version of a secret was written; the deployment's policy lets the two kinds be asked in different ways. */
async function lastWritten(
  vault: Pick<VaultClient, "read">,
  path: string,
  isSupplied: boolean,
): Promise<Date | "unknown" | undefined> {
  try {
    if (isSupplied) {
      const answer = await vault.read(`${vaultMounts.services}/subkeys/${path}`);
      return timeOf(at(answer, "metadata", "created_time"));
    }
    const metadata = await vault.read(`${vaultMounts.services}/metadata/${path}`);
    return timeOf(at(metadata, "versions", String(at(metadata, "current_version")), "created_time"));
  } catch (error) {
    if (error instanceof RemoteError) return "unknown";
    throw error;
  }
}

function timeOf(text: unknown): Date | undefined {
  return typeof text === "string" ? new Date(text) : undefined;
}

/**
 * The services whose release changes and that change a database, a sentence each: the older release meets the newer shape.
 * @param migrating names of the services that have a migration
 */
export function migratedSince(
  migrating: readonly string[],
  now: Readonly<Record<string, string>>,
  then: Readonly<Record<string, string>>,
): readonly string[] {
  const tag = (release: string | undefined) => release?.split("@")[0] ?? "none";
  return migrating
    .filter((service) => now[service] !== then[service])
    .map(
      (service) =>
        `${service}: its database stays as the migration of ${tag(now[service])} has left it, and ${tag(then[service])} meets it like that (docs/delivery.md, Database changes)`,
    );
}

/**
 * The peaks that a site has now and would not have, a sentence each: to go back to a commit is to go back to its replicas.
 * @param now the peaks that the site's file names, such as `["income-tax"]`
 * @param then those that it named in the commit to which the site goes back
 */
export function peaksLost(now: readonly string[], then: readonly string[]): readonly string[] {
  return now
    .filter((peak) => !then.includes(peak))
    .map(
      (peak) =>
        `the peak ${peak}: the older commit is from before it, so its replicas go down; deploy a newer commit without the fault soon, or take back only a service (--service)`,
    );
}
