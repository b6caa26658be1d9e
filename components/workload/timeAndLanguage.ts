import type { ResolvedMicroservice } from "../description/index.ts";
import { type Container, parseLocale } from "../kubernetes/index.ts";
import type { MicroserviceSite } from "../siteData.ts";

/** The time and the language of a site. */
export type TimeAndLanguage = Pick<MicroserviceSite, "timeZone" | "locale">;

/** A container's variables by name, whatever their values are. */
type Stated = Readonly<Record<string, unknown>>;

/**
 * `TZ` and `LC_ALL` of a site, where the container states no other. Each JVM has its own data of time zones. `LC_ALL` says UTF-8
 * only: where an image lacks the locale that it names, and few have more than `C.UTF-8`, the C library falls back to ASCII,
 * and the JVM with it, for standard output and names of files. The language is the JVM's, see {@link languageOptions}.
 */
export function timeAndLanguageVariables(
  { timeZone, locale }: TimeAndLanguage,
  stated: Stated,
): Record<string, string> {
  return {
    ...(timeZone === undefined || "TZ" in stated ? {} : { TZ: timeZone }),
    ...(locale === undefined || statesLanguage(stated) ? {} : { LC_ALL: "C.UTF-8" }),
  };
}

/**
 * The JVM's options for a site's language, without those that the service states, and none where it has `LANG` or an `LC_...`
 * of its own. Java 17 needs the encoding of files, which is UTF-8 from Java 18 on, and writes standard output in it too;
 * Java 19 and newer have two properties of their own for that.
 */
export function languageOptions({ locale = "" }: TimeAndLanguage, { jvm, ...service }: ResolvedMicroservice): string[] {
  const parsed = parseLocale(locale);
  if (parsed === undefined || statesLanguage(statedNames(service))) return [];
  const encodings = ["file", "stdout", "stderr"].map((name) => [`-D${name}.encoding=`, "UTF-8"] as const);
  const states = (start: string) => jvm.statedOptions.some((option) => option.startsWith(start));
  return [
    ...encodings.flatMap(([start, value]) => (states(start) ? [] : [start + value])),
    // A language and a country go together.
    ...(states("-Duser.language=") || states("-Duser.country=")
      ? []
      : [`-Duser.language=${parsed.language}`, `-Duser.country=${parsed.country}`]),
  ];
}

/** What an init container takes over of these variables of its service's container, where it states no other. */
export function inheritedVariables({ env = [] }: Container, stated: Stated): Record<string, string> {
  return Object.fromEntries(
    env.flatMap(({ name, value }) => {
      const inherits = name === "LC_ALL" ? !statesLanguage(stated) : name === "TZ" && !("TZ" in stated);
      return inherits && value !== undefined ? [[name, value]] : [];
    }),
  );
}

/** The variables that a service states: those of `env`, and the keys of its secrets. */
export function statedNames({ env, secrets }: Pick<ResolvedMicroservice, "env" | "secrets">): Stated {
  const keys = [...secrets.stored, ...secrets.issued, ...secrets.existing].map(({ key }) => [key, true] as const);
  return { ...env, ...Object.fromEntries(keys) };
}

function statesLanguage(stated: Stated): boolean {
  return Object.keys(stated).some((name) => /^(LANG|LC_[A-Z]+)$/.test(name));
}
