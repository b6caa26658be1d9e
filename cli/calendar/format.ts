import { formatTable } from "../../command/table.ts";
import { formatInstant } from "../../delivery/calendar/index.ts";
import type { SitePeak, SiteStatus } from "./report.ts";

/** What holds at each site, in sentences. */
export function formatStatus(sites: readonly SiteStatus[]): string {
  return sites.map((site) => `${statusLines(site).join("\n")}\n`).join("\n");
}

function statusLines({ site, timeZone, at, frozen, nextFreezes, peaks, stated, isAsWanted }: SiteStatus): string[] {
  const shown = (instant: Date) => formatInstant(instant, timeZone);
  const lines = [`${site} at ${shown(at)}`];
  if (frozen === null) {
    const [next] = nextFreezes;
    const until = next === undefined ? "no freeze follows" : `until ${shown(next.start)} (${next.name})`;
    lines.push(`  not frozen, ${until}`);
  } else {
    lines.push(`  frozen since ${shown(frozen.since)}, until ${shown(frozen.until)}`);
    lines.push(...frozen.freezes.map(({ name, reason }) => `    ${name}: ${reason}`));
  }
  const now = peaks.filter(({ state }) => state !== "next");
  if (now.length === 0) lines.push("  no peak is due");
  for (const peak of now) {
    const when = peak.state === "due" ? `is due, and begins ${shown(peak.start)}` : `lasts until ${shown(peak.end)}`;
    lines.push(`  peak ${peak.name} ${when}${replicas(peak)}`);
    lines.push(`    ${peak.reason}`);
  }
  if (!isAsWanted) {
    const named = stated.length === 0 ? "no peak" : stated.join(" and ");
    lines.push(`  its file names ${named} (gemelos:peak); npm run calendar -- apply puts that right`);
  }
  return lines;
}

/** `: at least 4 of card-payments (at most 8)`. */
function replicas({ minReplicas, maxReplicas }: SitePeak): string {
  const services = [...new Set([...Object.keys(minReplicas), ...Object.keys(maxReplicas)])];
  if (services.length === 0) return "";
  const parts = services.map((service) => {
    const bounds = [
      ...(minReplicas[service] === undefined ? [] : [`at least ${minReplicas[service]}`]),
      ...(maxReplicas[service] === undefined ? [] : [`at most ${maxReplicas[service]}`]),
    ];
    return `${service} ${bounds.join(", ")}`;
  });
  return `: ${parts.join("; ")}`;
}

/** What begins and ends next at each site, as a table: each freeze and each peak, soonest first. */
export function formatNext(sites: readonly SiteStatus[], width: number | undefined): string {
  const rows = sites.flatMap(({ site, timeZone, frozen, nextFreezes, peaks }) => {
    const shown = (instant: Date) => formatInstant(instant, timeZone);
    const row = (what: string, { name, start, end }: { name: string; start: Date; end: Date }, state: string) => ({
      start,
      cells: [site, what, name, state, shown(start), shown(end)],
    });
    return [
      ...(frozen?.freezes ?? []).map((freeze) => row("freeze", freeze, "in force")),
      ...nextFreezes.map((freeze) => row("freeze", freeze, "next")),
      ...peaks.map((peak) => row("peak", peak, peak.state === "next" ? `due ${shown(peak.due)}` : peak.state)),
    ]
      .toSorted((one, other) => one.start.getTime() - other.start.getTime())
      .map(({ cells }) => cells);
  });
  if (rows.length === 0) return "calendar.yaml has no freeze and no peak that is still to come\n";
  return formatTable({ titles: ["site", "what", "name", "state", "begins", "ends"], rows }, width);
}
