import { z } from "zod";

const timeZoneRule =
  "must be UTC or a time zone of the IANA database by area and city, such as America/Lima; with a name that it does not know, a JVM takes UTC without a word";

/** A time zone of the IANA database by area and city, or UTC. */
export const timeZone = z.string(timeZoneRule).refine(isTimeZone, { error: ({ input }) => timeZoneProblem(input) });

/** What is wrong with the name of a time zone, and the right name where only the case differs; undefined where nothing is. */
export function timeZoneProblem(name: unknown): string | undefined {
  if (typeof name === "string" && isTimeZone(name)) return undefined;
  const canonical = typeof name === "string" ? canonicalZone(name) : undefined;
  const meant = canonical !== undefined && canonical.toLowerCase() === String(name).toLowerCase();
  return meant ? `${timeZoneRule}; write ${canonical}` : timeZoneRule;
}

/**
 * Whether the runtime's own database knows the name as it is written. Unlike a JVM it takes any case and offsets too. Of an
 * older name of a zone (`Asia/Kolkata`) it does not say how it is written, so each word begins with a capital.
 */
function isTimeZone(name: string): boolean {
  const canonical = canonicalZone(name);
  if (canonical === undefined) return false;
  if (canonical.toLowerCase() === name.toLowerCase()) return canonical === name;
  return /^(GMT|Etc\/(UTC|GMT|UCT|Zulu|GMT[+-]?0)|[A-Z][a-z]+(?:[/_-](?:[A-Z][A-Za-z]*[a-z]|es|au|of))+)$/.test(name);
}

function canonicalZone(name: string): string | undefined {
  try {
    const { timeZone: canonical } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return /^[+-]/.test(canonical) ? undefined : canonical;
  } catch {
    return undefined;
  }
}
