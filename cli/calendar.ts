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

const at = () => new Option("--at <instant>", "another time than now, such as 2027-06-25T08:00 or 2027-06-25T06:00Z");

const question = (described: Command) =>
  addFormatOptions(described, ["table", "json"])
    .option("--site <name...>", "only these sites (default: every Pulumi.<site>.yaml)")
    .addOption(at());

question(command.command("status"))
  .description(
    "Say what holds now: frozen or not, and peaks that are due. Exit code 1 if a site is frozen, or its file does not name the peaks that are due; 2 if a peak cannot be rendered.",
  )
  .action(async (options: Options) => {
    const [sites, { formatStatus }] = await Promise.all([read(options), import("./calendar/format.ts")]);
    print(options.format === "json" ? asJson(sites) : formatStatus(sites));
    process.exitCode = sites.some(({ frozen, isAsWanted }) => frozen !== null || !isAsWanted) ? 1 : 0;
    // What services there are, and how much room, only the catalogue and the sites say.
    if (sites.every(({ peaks }) => peaks.length === 0)) return;
    const due = ({ peaks }: SiteStatus) => peaks.filter(({ state }) => state !== "next").map(({ name }) => name);
    const { checkRender } = await import("./calendar/checkRender.ts");
    await checkRender(new Map(sites.map((site) => [site.site, due(site)])));
  });

question(command.command("next"))
  .description("List what begins and ends next, in the site's time zone and in UTC.")
  .action(async (options: Options) => {
    const [sites, { formatNext }] = await Promise.all([read(options), import("./calendar/format.ts")]);
    print(options.format === "json" ? asJson(sites) : formatNext(sites, terminalWidth()));
  });

command
  .command("apply")
  .description(
    "Write the peaks that are due into the sites' files, and take out those that are over, as one commit. Changes nothing where nothing is due.",
  )
  .addOption(at())
  .option("--push", "push the commit to where the branch is pushed to")
  .action(async (options: { at?: string; push?: true }) => {
    const [{ readCalendar }, { planPeaks }, { checkRender }, { parseAt }, { projectFolder }, { readSites }, siteFiles] =
      await Promise.all([
        import("../delivery/calendar/index.ts"),
        import("./calendar/apply.ts"),
        import("./calendar/checkRender.ts"),
        import("./calendar/instant.ts"),
        import("../recorder/stackFile.ts"),
        import("../recorder/readSites.ts"),
        import("../delivery/siteFiles.ts"),
      ]);
    const instant = parseAt(options.at ?? now());
    const calendar = await readCalendar(projectFolder);
    const sites = await readSites(calendar.sites.map(({ name }) => name));
    const { changes, peaks, message, report } = planPeaks(calendar, sites, instant);
    const push = options.push === true;
    if (push || changes.length > 0) await siteFiles.checkWorkingTree(changes, { push });
    if (changes.length > 0) await checkRender(peaks);
    const commit = changes.length === 0 ? undefined : await siteFiles.commitSiteLines(changes, message);
    print(report);
    if (commit === undefined) return;
    print(
      `committed ${commit.hash.slice(0, 12)}: ${commit.files.join(", ")}; the next deployment of each site brings it\n`,
    );
    if (!push) return;
    const pushed = await siteFiles.pushBranch({ rebase: true });
    if (pushed !== commit.hash) print(`pushed as ${pushed.slice(0, 12)}, behind what others have pushed meanwhile\n`);
  });

async function read({ site: names, at: text = now() }: Options): Promise<SiteStatus[]> {
  const [{ readCalendar }, { calendarStatus }, { parseAt }, { projectFolder, unknownSites }, { readSites }] =
    await Promise.all([
      import("../delivery/calendar/index.ts"),
      import("./calendar/report.ts"),
      import("./calendar/instant.ts"),
      import("../recorder/stackFile.ts"),
      import("../recorder/readSites.ts"),
    ]);
  const instant = parseAt(text);
  const calendar = await readCalendar(projectFolder);
  const known = calendar.sites.map(({ name }) => name);
  const unknown = (names ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new UsageError(unknownSites(unknown, known));
  const chosen = known.filter((name) => names === undefined || names.includes(name));
  return calendarStatus(calendar, await readSites(chosen), instant);
}

/** This minute, as `--at` takes it. */
function now(): string {
  return new Date().toISOString().replace(/:\d\d\.\d+Z$/, "Z");
}

function asJson(sites: readonly SiteStatus[]): string {
  return `${JSON.stringify({ sites }, null, 2)}\n`;
}

addExamples(command, {
  status: "whether a deployment is let through now",
  "next --site dc1": "what begins next in one site",
  "apply --push": "what the pipeline runs every night",
  "status --at 2027-06-25T08:00": "what will hold then, by the clocks of each site",
});
