import { formatTable, wrapLine } from "../../command/table.ts";
import { vaultMounts } from "../../components/vault/index.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";
import { readSetup, reviewerCommand, setupCommand } from "../../vaultSetup.ts";
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
  /** Other problems that keep services from reading their secrets, one sentence each. */
  readonly warnings: readonly string[];
}

/** Reads metadata and what an operator has set up from Vault, but no values. */
export async function readStatus({ site, targets }: SiteSecrets, vault: VaultClient): Promise<StatusReport> {
  const secrets: SecretStatus[] = [];
  const setup = await readSetup(vault, site);
  const readable = Object.values(setup).every((lines) => lines.length === 0);
  for (const target of targets) secrets.push(await statusOf(target, readable, vault));
  const warnings = [
    ...setup.login.map((line) => `no service can log in: ${line}; run: ${reviewerCommand(site.name)}`),
    ...setup.wrong.map((line) => `${line}; an operator runs what this prints: ${setupCommand(site.name)}`),
    ...setup.denied.map((path) => `cannot see ${path}: the token lacks the policy`),
  ];
  return { site: site.name, secrets, warnings };
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

/** Whether every secret that a service needs to start exists and can be read. */
export function isComplete({ secrets, warnings }: StatusReport): boolean {
  return (
    warnings.length === 0 &&
    secrets.every(({ present, readers }) => present !== false && (present === undefined || readers.length > 0))
  );
}

/**
 * Formats the report as text; ages are relative to `now`.
 * @param width columns of the terminal; undefined shows everything, whatever its width.
 */
export function formatStatus({ site, secrets, warnings }: StatusReport, now: Date, width: number | undefined): string {
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
  const missing = secrets.filter(({ present }) => present === false);
  const steps = missing.map((secret) => `  ${remedy(site, secret)}\n`);
  const lines = [
    ...(secrets.length === 0 ? ["no service has a secret\n"] : [drawn]),
    ...(missing.length === 0 ? [] : [`\n${missing.length} missing in ${site}:\n${steps.join("")}`]),
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
