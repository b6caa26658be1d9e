import { z } from "zod";
import type { ReplicaPeak } from "../components/catalogue/index.ts";
import { type Diagnostic, formatPath, formatValue, ValidationError } from "../components/diagnostic.ts";
import { diagnosticsOf, dnsLabel, listAt } from "../components/kubernetes/index.ts";
import { didYouMean } from "../components/suggestion.ts";
import { checkPeakReplicas, peakReplicas } from "./peakReplicas.ts";
import { readYamlFile } from "./yamlFile.ts";

/** The file that states freezes and peaks, beside `Pulumi.yaml`. */
export const calendarFile = "calendar.yaml";

/** What of a peak the program needs. When it takes place, only commands ask, and they check it. */
const peak = z
  .object({ name: dnsLabel, sites: z.array(z.string()).optional(), ...peakReplicas })
  .superRefine(checkPeakReplicas);

/** Peaks of `calendar.yaml` at one site. */
export interface SitePeaks {
  /** All that are for the site. */
  readonly all: readonly ReplicaPeak[];
  /** Those that its file says last: `gemelos:peak`. */
  readonly lasting: readonly ReplicaPeak[];
}

/**
 * Reads the peaks of a site. Without a calendar there are none.
 * @param folder where `calendar.yaml` is
 * @throws ValidationError with all that is wrong with services' replicas, and with peaks that the site's file names.
 */
export async function readPeaks(
  folder: string,
  site: { readonly name: string; readonly file: string; readonly peaks?: readonly string[] },
): Promise<SitePeaks> {
  const words = { missing: "make it a file that you may read", belongs: "freezes and peaks" };
  const read = await readYamlFile(folder, calendarFile, words);
  if ("diagnostics" in read && !read.isMissing) throw new ValidationError(read.diagnostics);
  const stated = "content" in read ? listAt(read.content, "peaks") : [];
  const diagnostics: Diagnostic[] = [];
  const all = stated.flatMap((value, index): ReplicaPeak[] => {
    const path = formatPath(["peaks", index]);
    const result = peak.safeParse(value);
    if (!result.success) {
      diagnostics.push(...diagnosticsOf(result.error, value, calendarFile, path, [], peak));
      return [];
    }
    const { name, sites, minReplicas = {}, maxReplicas = {} } = result.data;
    if (sites !== undefined && !sites.includes(site.name)) return [];
    return [{ name, file: calendarFile, path, minReplicas, maxReplicas }];
  });
  const names = all.map(({ name }) => name);
  for (const name of site.peaks ?? []) {
    if (diagnostics.length > 0 || names.includes(name)) continue;
    const known = names.length === 0 ? `it has none for ${site.name}` : `expected one of ${names.join(", ")}`;
    const message = `${formatValue(name)} is no peak of ${calendarFile} for ${site.name}; ${known}${didYouMean(name, names)}`;
    diagnostics.push({ file: site.file, path: "gemelos:peak", message });
  }
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  return { all, lasting: all.filter(({ name }) => site.peaks?.includes(name) === true) };
}
