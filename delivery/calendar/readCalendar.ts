import { readdir } from "node:fs/promises";
import { compareText, DiagnosticCollector } from "../../components/diagnostic.ts";
import { fieldAt, timeZoneProblem } from "../../components/kubernetes/index.ts";
import { calendarFile, readYamlFile, siteFileName } from "../../site.ts";
import { readDataFile } from "../dataFile.ts";
import type { Calendar, CalendarSite } from "./calendar.ts";
import { calendarSchema } from "./schema.ts";

/** A file that somebody may take for the calendar. */
const likeCalendarFile = /^(calend[ae]r|freezes?|peaks?)\.(ya?ml|json)$/i;

/**
 * Reads the calendar of a project, and the names and time zones of its sites. Without a file there are no freezes and no peaks.
 * @param folder the project's, with `calendar.yaml` and the sites' files
 * @throws ValidationError with everything that is wrong in the file, with lines; sites' files are not checked here.
 */
export async function readCalendar(folder: string): Promise<Calendar> {
  const names = (await readdir(folder)).sort(compareText);
  const odd = names.filter((name) => likeCalendarFile.test(name) && name !== calendarFile);
  const sites = await Promise.all(names.flatMap((name) => (siteFileName.test(name) ? [readSite(folder, name)] : [])));
  const problems = new DiagnosticCollector();
  problems.add(
    odd.map((file) => {
      return {
        file,
        path: "",
        message: `nobody reads freezes and peaks under this name; rename it to ${calendarFile}`,
      };
    }),
  );
  const schema = calendarSchema(sites);
  let stated = schema.parse({});
  await problems.attemptLater(
    readDataFile(folder, { file: calendarFile, schema, words }).then((read) => {
      stated = read ?? stated;
    }),
  );
  problems.finish();
  return { ...stated, sites };
}

const words = { missing: "make it a file that you may read", belongs: "freezes and peaks" };

async function readSite(folder: string, file: string): Promise<CalendarSite> {
  const read = await readYamlFile(folder, file, { missing: "", belongs: "" });
  const zone = "content" in read ? fieldAt(read.content, "config", "gemelos:site", "timeZone") : undefined;
  const isZone = typeof zone === "string" && timeZoneProblem(zone) === undefined;
  return { name: siteFileName.exec(file)?.[1] ?? file, timeZone: isZone ? zone : "UTC" };
}
