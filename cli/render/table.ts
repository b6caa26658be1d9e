import { formatTable, wrapLine } from "../../command/table.ts";
import { formatCpu } from "../../components/kubernetes/index.ts";
import type { PortName } from "../../components/microservice.ts";
import type { Site } from "../../components/siteData.ts";
import { registryKey } from "../../components/vault/index.ts";
import { capacityWarnings, type SiteCapacity, siteCapacity, worstLosses } from "./capacity.ts";
import type { MonitoringNeeds } from "./monitoringNeeds.ts";
import type { ServiceRow } from "./serviceRow.ts";

/** What was rendered for one site. */
export interface SiteReport {
  readonly site: string;
  /** Path of the folder that was written. */
  readonly folder: string;
  readonly objects: number;
  readonly resources: number;
  readonly services: readonly ServiceRow[];
  readonly nodes: Site["nodes"];
  readonly monitoring: MonitoringNeeds;
  /** The hosts whose certificates an operator puts into Vault. */
  readonly suppliedHosts: readonly string[];
  /** About the site itself, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The report as text. All sites share one table of services; a cell in which they differ shows each site's value.
 * @param width columns of the terminal; undefined shows everything, whatever its width.
 */
export function formatReports(reports: readonly SiteReport[], width: number | undefined): string {
  return [
    serviceTable(reports, width),
    siteTable(reports, width),
    lossTable(reports, width),
    monitoringLines(reports, width),
    suppliedLines(reports, width),
    clearLines(reports, width),
    warningLines(reports, width),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** The report as JSON, for scripts. */
export function formatJson(reports: readonly SiteReport[]): string {
  const sites = reports.map(({ nodes, ...report }) => {
    const capacity = siteCapacity(report.services, nodes, report.monitoring);
    return { ...report, capacity, warnings: [...report.warnings, ...capacityWarnings(capacity)] };
  });
  return `${JSON.stringify({ sites }, null, 2)}\n`;
}

const columns: readonly (readonly [title: string, cell: (service: ServiceRow) => string])[] = [
  ["namespace", ({ namespace }) => namespace],
  ["replicas", ({ replicas: { min, max } }) => (min === max ? String(min) : `${min}-${max}`)],
  ["cpu", ({ cpu }) => range(cpu.request, cpu.limit)],
  ["memory", ({ memory }) => range(memory.request, memory.limit)],
  ["jvm heap", ({ jvm }) => `${jvm.heapMebibytes}Mi ${jvm.heapPercentage} % ${jvm.collector}`],
  ["exposure", ({ exposure }) => exposure ?? "-"],
  [
    "calls, (backing services)",
    ({ calls, backingServices }) => [...calls, ...backingServices.map((name) => `(${name})`)].join("\n") || "-",
  ],
  ["in the clear", ({ inTheClear }) => inTheClear.map(({ number }) => number).join(" ") || "-"],
  ["secrets", ({ secrets }) => secretCell(secrets)],
  ["image", ({ image }) => withoutRegistry(image)],
];

/** The number of secrets from Vault with their delivery, and the number from existing Kubernetes Secrets. */
function secretCell({ delivery, generated, supplied, issued, existing }: ServiceRow["secrets"]): string {
  const ofVault = generated + supplied.length + issued;
  const parts = [
    ...(ofVault === 0 ? [] : [`${ofVault} ${delivery}`]),
    ...(existing === 0 ? [] : [`${existing} existing`]),
  ];
  return parts.join("\n") || "-";
}

/** Repository and tag only: the registry is the same for all images of a site, and nobody reads a digest. */
function withoutRegistry(image: string): string {
  return image.slice(image.indexOf("/") + 1).replace(/@sha256:.*$/, "");
}

function range(request: string, limit: string | undefined): string {
  return limit === undefined || limit === request ? request : `${request}-${limit}`;
}

function serviceTable(reports: readonly SiteReport[], width: number | undefined): string {
  const names = [...new Set(reports.flatMap(({ services }) => services.map(({ service }) => service)))];
  const rows = names.map((name) => [
    name,
    ...columns.map(([, cell]) => {
      const values = reports.map(({ site, services }) => {
        const service = services.find((each) => each.service === name);
        return { site, value: service === undefined ? "-" : cell(service) };
      });
      const distinct = new Set(values.map(({ value }) => value));
      return distinct.size === 1
        ? [...distinct].join("")
        : values.map(({ site, value }) => `${site}: ${value}`).join("\n");
    }),
  ]);
  const titles = ["service", ...columns.map(([title]) => title)];
  const optional = ["jvm heap", "calls, (backing services)", "exposure", "image", "in the clear", "secrets"];
  return formatTable({ titles, rows, optional }, width);
}

function siteTable(reports: readonly SiteReport[], width: number | undefined): string {
  const rows = reports.map((report) => {
    const capacity = siteCapacity(report.services, report.nodes, report.monitoring);
    return [
      report.site,
      String(report.services.length),
      String(report.objects),
      `${capacity.least.replicas}-${capacity.most.replicas}`,
      ...requestCells(capacity, capacity.workers),
      report.folder,
    ];
  });
  const titles = [
    ...["site", "services", "objects", "replicas"],
    ...["cpu requests of workers", "memory requests of workers", "written to"],
  ];
  return formatTable({ titles, rows, optional: ["services", "objects", "written to"] }, width);
}

/** What is requested of the workers that are left when the host or the zone is lost that leaves least. */
function lossTable(reports: readonly SiteReport[], width: number | undefined): string {
  const rows = reports.flatMap(({ site, services, nodes, monitoring }) => {
    const capacity = siteCapacity(services, nodes, monitoring);
    return worstLosses(capacity).map((loss) => [
      site,
      `${loss.kind} ${loss.name}`,
      `${loss.workers} of ${capacity.workers.count}`,
      ...requestCells(capacity, loss),
    ]);
  });
  const titles = ["site", "worst loss", "workers lost", "cpu requests of the rest", "memory requests of the rest"];
  return formatTable({ titles, rows, optional: ["workers lost"] }, width);
}

/** What Prometheus holds in each site, and what it needs for that. */
function monitoringLines(reports: readonly SiteReport[], width: number | undefined): string {
  const rows = reports.flatMap(({ site, monitoring: { sizing, replicas, cpu, memory } }) =>
    sizing === undefined
      ? []
      : [
          [
            ...[site, `${replicas}`, formatCpu(cpu), `${gibibytes(memory)} Gi`],
            ...[String(sizing.series), String(sizing.samplesPerSecond)],
            `${sizing.prometheus.memory} ${sizing.prometheus.volume}`,
          ],
        ],
  );
  if (rows.length === 0) return "";
  const titles = ["site", "pods of monitoring", "cpu", "memory", "series", "samples/s", "each Prometheus"];
  return formatTable({ titles, rows, optional: ["pods of monitoring", "series"] }, width);
}

/** CPU and memory that are requested at least and at most, of what there is. */
function requestCells(
  { least, most }: SiteCapacity,
  whole: { readonly cpu: number; readonly memory: number },
): [cpu: string, memory: string] {
  const share = (part: number, all: number) => (all === 0 ? "" : ` (${Math.round((100 * part) / all)} %)`);
  return [
    `${formatCpu(least.cpu)}-${formatCpu(most.cpu)} of ${formatCpu(whole.cpu)}${share(most.cpu, whole.cpu)}`,
    `${gibibytes(least.memory)}-${gibibytes(most.memory)} of ${gibibytes(whole.memory)} Gi${share(most.memory, whole.memory)}`,
  ];
}

function gibibytes(bytes: number): string {
  return String(Math.round((bytes / 2 ** 30) * 10) / 10);
}

/** The most services that a line names. */
const named = 10;

/** What callers send in the clear, which nobody sees in a table that leaves out columns. */
function clearLines(reports: readonly SiteReport[], width: number | undefined): string {
  const services = reports[0]?.services ?? [];
  const speaking = (port: PortName) =>
    services.flatMap(({ service, inTheClear }) => (inTheClear.some((each) => each.port === port) ? [service] : []));
  const list = (names: readonly string[]) =>
    names.length > named ? `${names.slice(0, named).join(", ")} and ${names.length - named} more` : names.join(", ");
  const http = speaking("http");
  const grpc = speaking("grpc");
  const management = speaking("management");
  const lines = [
    ...(http.length === 0
      ? []
      : [`in the clear: callers reach ${list(http)} by plain HTTP inside the cluster; tls: true changes that`]),
    ...(grpc.length === 0 ? [] : [`in the clear: callers reach ${list(grpc)} by gRPC without TLS inside the cluster`]),
    ...(management.length === 0
      ? []
      : [
          `in the clear: the management ports of ${management.length === services.length ? "all services" : list(management)}, for the kubelet and Prometheus alone`,
        ]),
  ];
  return lines.map((line) => `${wrapLine(line, width)}\n`).join("");
}

function warningLines(reports: readonly SiteReport[], width: number | undefined): string {
  const lines = reports.flatMap(({ site, services, nodes, monitoring, warnings: ofSite }) => [
    ...services.flatMap(({ service, warnings }) =>
      warnings.map((warning) => ({ site, text: `${service} ${warning}` })),
    ),
    ...[...ofSite, ...capacityWarnings(siteCapacity(services, nodes, monitoring))].map((warning) => ({
      site,
      text: warning,
    })),
  ]);
  const bySite = Map.groupBy(lines, ({ text }) => text);
  const shown = [...bySite].map(([text, where]) =>
    where.length === reports.length
      ? `warning: ${text}`
      : `warning: ${where.map(({ site }) => site).join(", ")}: ${text}`,
  );
  return shown.map((line) => `${wrapLine(line, width)}\n`).join("");
}

/** Render has no access to Vault and cannot know whether a value exists, so it lists what an operator has to check. */
function suppliedLines(reports: readonly SiteReport[], width: number | undefined): string {
  const [first, ...others] = reports;
  const services = first?.services ?? [];
  const command = (site: string | undefined, place: string) => `  npm run secrets -- put --site ${site} ${place}\n`;
  const pair = (host: string) => `--host ${host} --certificate FILE --key FILE`;
  const hosts = first?.suppliedHosts ?? [];
  const keys = [
    `--key ${registryKey}`,
    ...services.flatMap(({ service, secrets }) => secrets.supplied.map((key) => `--service ${service} --key ${key}`)),
    ...(first?.monitoring.supplied ?? []).map(({ service, key }) => `--service ${service} --key ${key}`),
    ...hosts.map(pair),
  ].map((place) => command(first?.site, place));
  // Hosts in the administration's own network have other names in each site.
  const own = others.flatMap(({ site, suppliedHosts }) =>
    suppliedHosts.filter((host) => !hosts.includes(host)).map((host) => command(site, pair(host))),
  );
  const count = keys.length === 1 ? "1 secret awaits" : `${keys.length} secrets await`;
  const again = others.map(({ site }) => `, and the same with --site ${site}`).join("");
  const title = `${count} an operator's value in each site (npm run secrets -- status says which have it${again}):`;
  return `${wrapLine(title, width)}\n${[...keys, ...own].join("")}`;
}
