import { formatTable, wrapLine } from "../../command/table.ts";
import { vaultMounts } from "../../components/vault/index.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";
import { readSetup, reviewerCommand, setupCommand } from "../../vaultSetup.ts";
import { expiryWarning, formatHosts, hostRemedy } from "./hostLines.ts";
import { type HostStatus, readHosts } from "./hostStatus.ts";
import type { SiteSecrets, Target } from "./targets.ts";
import { readVersion } from "./versions.ts";

/** Status of one secret, determined without reading its value. */
interface SecretStatus {
  readonly service: string;
  readonly key: string;
  readonly kind: Target["kind"];
  readonly delivery: Target["delivery"];
  /** Whether Vault has what the service needs: a value, or a PKI role. Undefined for a secret that is not in Vault. */
  readonly present: boolean | undefined;
  /** Number of the newest version, for a stored value. */
  readonly version: number | undefined;
  /** Time at which the newest version was written, in ISO 8601. */
  readonly created: string | undefined;
  /** The service accounts that Vault allows to read the secret: `payments/card-payments`. */
  readonly readers: readonly string[];
}

/** The secrets of a site as found in its Vault. */
export interface StatusReport {
  readonly site: string;
  readonly secrets: readonly SecretStatus[];
  /** The hosts under which the selected services are exposed, and their certificates. */
  readonly hosts: readonly HostStatus[];
  /** Other problems that keep services from reading their secrets, and certificates that end soon, one sentence each. */
  readonly warnings: readonly string[];
  /** What nobody here can know of the hosts, and why, one sentence each. */
  readonly unknown: readonly string[];
}

/**
 * Reads metadata and what an operator has set up from Vault, but no values; and of certificates that are renewed in the
 * cluster, when.
 */
export async function readStatus(
  { site, targets, hosts }: SiteSecrets,
  vault: VaultClient,
  now: Date,
): Promise<StatusReport> {
  const secrets: SecretStatus[] = [];
  const found = await readHosts(site, hosts, vault);
  const setup = await readSetup(vault, site);
  const readable = Object.values(setup).every((lines) => lines.length === 0);
  for (const target of targets) secrets.push(await statusOf(target, readable, vault));
  const warnings = [
    ...setup.login.map((line) => `no service can log in: ${line}; run: ${reviewerCommand(site.name)}`),
    ...setup.wrong.map((line) => `${line}; an operator runs what this prints: ${setupCommand(site.name)}`),
    ...setup.denied.map((path) => `cannot see ${path}: the token lacks the policy`),
    ...found.hosts.flatMap((host) => expiryWarning(site.name, host, now)),
  ];
  return { site: site.name, secrets, hosts: found.hosts, warnings, unknown: found.unknown };
}

async function statusOf(target: Target, readable: boolean, vault: VaultClient): Promise<SecretStatus> {
  const { owner, key, kind, delivery, path, pkiRole } = target;
  const readers = readable ? [target.reader] : [];
  const common = { service: owner, key, kind, delivery, version: undefined, created: undefined };
  if (path !== undefined) {
    const { newest, present, created } = await readVersion(vault, path);
    return {
      ...common,
      present,
      version: newest === 0 ? undefined : newest,
      created: created?.toISOString(),
      readers,
    };
  }
  if (pkiRole !== undefined) {
    const role = await vault.read(`${vaultMounts.pki}/roles/${pkiRole}`);
    return { ...common, present: role !== undefined, readers };
  }
  return { ...common, present: undefined, readers: [] };
}

/** Whether every secret that a service needs exists and can be read, and every host has a certificate for some time. */
export function isComplete({ secrets, hosts, warnings }: StatusReport): boolean {
  return (
    warnings.length === 0 &&
    hosts.every(({ present }) => present !== false) &&
    secrets.every(({ present, readers }) => present !== false && (present === undefined || readers.length > 0))
  );
}

/**
 * Formats the report as text; ages are relative to `now`.
 * @param width columns of the terminal; undefined shows everything, whatever its width.
 */
export function formatStatus(report: StatusReport, now: Date, width: number | undefined): string {
  const { site, secrets, hosts, warnings, unknown } = report;
  const rows = secrets.map(({ service, key, kind, delivery, present, version, created, readers }) => [
    service,
    key,
    kind,
    delivery,
    present === undefined ? "not in Vault" : present ? "yes" : "MISSING",
    version === undefined ? "-" : String(version),
    created === undefined ? "-" : age(new Date(created), now),
    present === undefined ? "-" : readers.join(", ") || "nobody",
  ]);
  const titles = ["service", "key", "kind", "delivery", "present", "version", "age", "who may read"];
  const drawn = formatTable({ titles, rows, optional: ["kind", "version", "age", "who may read", "delivery"] }, width);
  const steps = [
    ...secrets.flatMap((secret) => (secret.present === false ? [remedy(site, secret)] : [])),
    ...hosts.flatMap((host) => (host.present === false ? [hostRemedy(site, host)] : [])),
  ];
  const lines = [
    ...(secrets.length === 0 ? ["no service has a secret\n"] : [drawn]),
    ...(hosts.length === 0 ? [] : [`\n${formatHosts(hosts, now, width)}`]),
    ...(steps.length === 0
      ? []
      : [`\n${steps.length} missing in ${site}:\n${steps.map((step) => `  ${step}\n`).join("")}`]),
    ...unknown.map((line) => `\n${wrapLine(`not known: ${line}`, width)}\n`),
    ...warnings.map((warning) => `\n${wrapLine(`warning: ${warning}`, width)}\n`),
  ];
  return lines.join("");
}

function remedy(site: string, { service, key, kind }: SecretStatus): string {
  const whose = service === "(site)" ? "" : ` --service ${service}`;
  if (kind === "supplied") return `npm run secrets -- put --site ${site}${whose} --key ${key}`;
  return `${service} ${key} is made by pulumi up --stack ${site}`;
}

/** An age in its largest meaningful unit. */
function age(created: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - created.getTime()) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}
