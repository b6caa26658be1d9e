import { formatTable } from "../../command/table.ts";
import { day, daysUntil, fewestDays } from "./certificateChain.ts";
import type { HostStatus } from "./hostStatus.ts";

/** The table of hosts: where each one's certificate comes from, whether there is one, and how long it lasts. */
export function formatHosts(hosts: readonly HostStatus[], now: Date, width: number | undefined): string {
  const rows = hosts.map(({ host, source, services, namespaces, present, expires }) => [
    host,
    source,
    present === undefined ? "-" : present ? "yes" : "MISSING",
    expires === undefined ? "-" : day(new Date(expires)),
    expires === undefined ? "-" : String(daysUntil(new Date(expires), now)),
    services.join(", "),
    namespaces.join(", ") || "-",
  ]);
  const titles = ["host", "certificate", "present", "expires", "days left", "services", "Secret in"];
  return formatTable({ titles, rows, optional: ["present", "expires", "services", "Secret in"] }, width);
}

/** A sentence about a certificate that ends soon, or of which nobody knows when; none about others. */
export function expiryWarning(site: string, status: HostStatus, now: Date): string[] {
  const { host, source, present, expires } = status;
  const supplied = source === "supplied";
  if (expires === undefined) {
    if (!supplied || present !== true) return [];
    return [
      `nobody knows when the certificate of ${host} expires, since other means wrote it; ${putHostCommand(site, host)}`,
    ];
  }
  const days = daysUntil(new Date(expires), now);
  if (days >= (supplied ? fewestDays.supplied : fewestDays.renewed)) return [];
  const ends = days < 0 ? "has expired" : `expires in ${days} days`;
  if (supplied)
    return [`the certificate of ${host} ${ends}; have the next one issued, and ${putHostCommand(site, host)}`];
  return [`the certificate of ${host} ${ends}, and should have been renewed; look why not: ${describeCommand(status)}`];
}

/** What makes the certificate of a host that has none. */
export function hostRemedy(site: string, status: HostStatus): string {
  if (status.source === "supplied") return putHostCommand(site, status.host);
  return `${status.host} is made after pulumi up --stack ${site}; else look why not: ${describeCommand(status)}`;
}

function putHostCommand(site: string, host: string): string {
  return `npm run secrets -- put --site ${site} --host ${host} --certificate FILE --key FILE`;
}

function describeCommand({ host, source, namespaces }: HostStatus): string {
  const kind = source === "cert-manager" ? "certificate" : "externalsecret";
  return `kubectl describe ${kind} ${host} --namespace ${namespaces[0]}`;
}
