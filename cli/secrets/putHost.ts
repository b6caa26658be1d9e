import { UsageError } from "../../command/errors.ts";
import { hostFields, hostPath, pairMetadata, vaultMounts } from "../../components/vault/index.ts";
import type { ExposedHost } from "../../components/workload/index.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";
import { day, daysUntil, fewestDays } from "./certificateChain.ts";
import type { Changed } from "./change.ts";
import type { HostPair } from "./hostPair.ts";
import { readVersion, writeVersion } from "./versions.ts";

/**
 * The host whose certificate an operator puts.
 * @throws UsageError if the site has no such host, or its certificate comes from elsewhere.
 */
export function suppliedHost(hosts: readonly ExposedHost[], wanted: string): ExposedHost {
  const found = hosts.find(({ host }) => host === wanted);
  if (found === undefined) {
    const known = hosts.map(({ host }) => host).join(", ") || "none";
    // What was typed is not shown: it may be the secret.
    throw new UsageError(`--host: no service is exposed under a host of this name; there are: ${known}`);
  }
  const { host, domain, certificate } = found;
  if (certificate.source === "supplied") return found;
  throw new UsageError(
    `--host: gemelos:site.exposure.tls.${domain} takes the certificate of ${host} from "${certificate.source}"; only of source: supplied is it put`,
  );
}

/** Writes a host's certificate and key as one secret, and when they expire as its metadata. */
export async function putHost(host: string, pair: HostPair, vault: VaultClient): Promise<Changed> {
  const path = hostPath(host);
  const { newest } = await readVersion(vault, path);
  const data = { [hostFields.certificate]: pair.certificate, [hostFields.key]: pair.key };
  const version = await writeVersion(vault, path, data, newest);
  await vault.write(`${vaultMounts.services}/metadata/${path}`, {
    custom_metadata: pairMetadata(version, pair.expires),
  });
  return { version, replaced: newest };
}

/** What the operator reads after it. */
export function putLines(site: string, host: ExposedHost, { expires }: HostPair, changed: Changed, now: Date): string {
  const kept = changed.replaced === 0 ? "" : `; version ${changed.replaced} is kept`;
  const days = daysUntil(expires, now);
  return [
    `the certificate of ${host.host} is version ${changed.version} in ${site}${kept}`,
    `it is valid until ${day(expires)}, ${days} days`,
    ...(days < fewestDays.supplied
      ? [`warning: that is less than ${fewestDays.supplied} days; have the next one issued`]
      : []),
    `the External Secrets Operator will bring it to ${host.namespaces.join(", ")} within 5 minutes`,
    "",
  ].join("\n");
}
