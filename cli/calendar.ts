import { Command, Option } from "commander";
import { UsageError } from "../command/errors.ts";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";
import { terminalWidth } from "../command/table.ts";
import type { SiteStatus } from "./calendar/report.ts";

interface Options {
  readonly site?: readonly string[];
  readonly at?: string;
  readonly format: "table" | "json";
}

/** Says when sites are frozen and which peaks are due, by `calendar.yaml`. */
export const command = new Command("calendar").description(
  "Say when sites are frozen, and which peaks are due, by calendar.yaml.",
);

const question = (described: Command) =>
  addFormatOptions(described, ["table", "json"])
    .option("--site <name...>", "only these sites (default: every Pulumi.<site>.yaml)")
    .addOption(new Option("--at <instant>", "another time than now, such as 2027-06-25T08:00 or 2027-06-25T06:00Z"));

question(command.command("status"))
  .description("Say what holds now: frozen or not, and peaks that are due. Exit code 1 if a site is frozen.")
  .action(async (options: Options) => {
    const [sites, { formatStatus }] = await Promise.all([read(options), import("./calendar/format.ts")]);
    print(options.format === "json" ? asJson(sites) : formatStatus(sites));
    process.exitCode = sites.some(({ frozen }) => frozen !== null) ? 1 : 0;
  });

question(command.command("next"))
  .description("List what begins and ends next, in the site's time zone and in UTC.")
  .action(async (options: Options) => {
    const [sites, { formatNext }] = await Promise.all([read(options), import("./calendar/format.ts")]);
    print(options.format === "json" ? asJson(sites) : formatNext(sites, terminalWidth()));
  });

async function read({
  site: names,
  at = new Date().toISOString().replace(/:\d\d\.\d+Z$/, "Z"),
}: Options): Promise<SiteStatus[]> {
  const [{ readCalendar }, { calendarStatus }, { parseAt }, { projectFolder, unknownSites }] = await Promise.all([
    import("../delivery/calendar/index.ts"),
    import("./calendar/report.ts"),
    import("./calendar/instant.ts"),
    import("../recorder/stackFile.ts"),
  ]);
  const instant = parseAt(at);
  const calendar = await readCalendar(projectFolder);
  const known = calendar.sites.map(({ name }) => name);
  const unknown = (names ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UsageError(unknownSites(unknown, known));
  const sites = calendar.sites.filter(({ name }) => names === undefined || names.includes(name));
  return calendarStatus(calendar, sites, instant);
}

function asJson(sites: readonly SiteStatus[]): string {
  return `${JSON.stringify({ sites }, null, 2)}\n`;
}

addExamples(command, {
  status: "whether a deployment is let through now",
  "next --site dc1": "what begins next in one site",
  "status --at 2027-06-25T08:00": "what will hold then, by the clocks of each site",
});
