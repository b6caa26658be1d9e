import { UsageError } from "../../command/errors.ts";
import { compareText } from "../../components/diagnostic.ts";
import { partServices } from "../../components/monitoring/index.ts";
import { type Secret, type SecretDelivery, supplied } from "../../components/secrets.ts";
import type { Site } from "../../components/siteData.ts";
import { didYouMean } from "../../components/suggestion.ts";
import {
  pkiRole,
  registryAccount,
  registryDescription,
  registryKey,
  registryPath,
} from "../../components/vault/index.ts";
import { type ExposedHost, exposedHosts } from "../../components/workload/index.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";
import { readServices } from "../../recorder/readServices.ts";
import { readSites } from "../../recorder/readSites.ts";
import { listSites, unknownSites } from "../../recorder/stackFile.ts";

/** One secret of one service, or of the site itself. */
export interface Target {
  /** The service, or undefined for a secret of the site. */
  readonly service: PlainMicroservice | undefined;
  /** The owner's name in messages: the service's name, or `(site)`. */
  readonly owner: string;
  /** The service account that may read the secret: `payments/card-payments`; `*` is any namespace. */
  readonly reader: string;
  readonly key: string;
  readonly secret: Secret;
  readonly kind: "generated" | "supplied" | "certificate" | "privateKey" | "existing";
  readonly delivery: SecretDelivery;
  /** Path in the mount `services`; undefined if no value is stored. */
  readonly path: string | undefined;
  /** Role of the mount `pki`; undefined if nothing is issued. */
  readonly pkiRole: string | undefined;
}

/** A site and its secrets: the site's own first, then those of its services, ordered by service and key. */
export interface SiteSecrets {
  readonly site: Site;
  readonly targets: readonly Target[];
  /** The hosts of the selected services; none where one key is selected. */
  readonly hosts: readonly ExposedHost[];
}

/** Names of a site, a service and a key from the command line. */
export interface Wanted {
  readonly site: string;
  readonly service?: string;
  readonly key?: string;
}

/**
 * Reads a site and the selected secrets of its services.
 * @throws UsageError if there is no such site, service or key.
 * @throws ValidationError if the input is invalid.
 */
export async function readSecrets(wanted: Wanted): Promise<SiteSecrets> {
  const site = await readOneSite(wanted.site);
  const parts = partServices(site, 0).map(({ source: _, transforms: __, calls: ___, ...part }) => ({
    ...part,
    calls: [],
  }));
  const services: readonly PlainMicroservice[] = [...(await readServices()), ...parts];
  const chosen = services.filter(({ name }) => wanted.service === undefined || name === wanted.service);
  if (chosen.length === 0) {
    // What was typed is not shown here and below: it may be the secret.
    const names = services.map(({ name }) => name);
    throw new UsageError(
      `--service: there is no service of this name; expected one of ${names.join(", ")}${didYouMean(wanted.service ?? "", names)}`,
    );
  }
  // With all that share a host, whoever of them is selected.
  const hostsOf = (these: readonly PlainMicroservice[]) =>
    exposedHosts(services, site).filter((host) => these.some(({ name }) => host.services.includes(name)));
  const all = [...(wanted.service === undefined ? [siteTarget] : []), ...chosen.flatMap(targetsOf)];
  const targets = wanted.key === undefined ? all : all.filter(({ key }) => key === wanted.key);
  if (wanted.key !== undefined && targets.length === 0) {
    const known = [...new Set(all.map(({ key }) => key))];
    const whose = wanted.service === undefined ? "neither the site nor a service has a" : `${wanted.service} has no`;
    const those = known.length === 0 ? "it has none" : `there are ${known.join(", ")}${didYouMean(wanted.key, known)}`;
    throw new UsageError(`--key: ${whose} secret of this name; ${those}`);
  }
  return { site, targets, hosts: wanted.key === undefined ? hostsOf(chosen) : [] };
}

async function readOneSite(name: string): Promise<Site> {
  const known = await listSites();
  if (!known.includes(name)) throw new UsageError(`--site: ${unknownSites([name], known)}`);
  const [site] = await readSites([name]);
  if (site === undefined) throw new Error(`${name} was not read`);
  return site;
}

/** Credentials for the site's registry. */
const siteTarget: Target = {
  service: undefined,
  owner: "(site)",
  reader: `*/${registryAccount}`,
  key: registryKey,
  secret: supplied({ description: registryDescription }),
  kind: "supplied",
  delivery: "env",
  path: registryPath,
  pkiRole: undefined,
};

function targetsOf(service: PlainMicroservice): Target[] {
  const { delivery, stored, issued, existing } = service.secrets;
  const reader = `${service.namespace}/${service.name}`;
  const common = { service, owner: service.name, reader, delivery, path: undefined, pkiRole: undefined };
  const targets: Target[] = [
    ...stored.map(({ key, secret, path }) => ({ ...common, key, secret, kind: secret.kind, path })),
    ...issued.map((each) => ({
      ...common,
      key: each.key,
      secret: each.secret,
      kind: each.secret.kind,
      pkiRole: pkiRole(each),
    })),
    ...existing.map(({ key, secret }) => ({
      ...common,
      key,
      secret,
      kind: "existing" as const,
      delivery: "env" as const,
    })),
  ];
  return targets.sort((a, b) => compareText(a.key, b.key));
}
