import { z } from "zod";

const localeRule =
  "must be a language and a country that a JVM knows, with UTF-8, such as es_PE.UTF-8: in another encoding letters such as ñ are lost on the way";

/** A locale in POSIX's form: language, country, UTF-8. */
export const locale = z
  .string(localeRule)
  .regex(/^[a-z]{2,3}_[A-Z]{2}\.UTF-8$/, localeRule)
  .refine((text) => parseLocale(text) !== undefined, localeRule);

/** A language and a country of ISO's codes. */
interface Locale {
  readonly language: string;
  readonly country: string;
}

/** Every service of a site has the same locale, and to look one up costs more than all other variables of a service. */
const lookedUp = new Map<string, Locale | undefined>();

/** The language (`es`) and the country (`PE`) of a locale; undefined where the Unicode CLDR, from which JVMs take theirs, has none such. */
export function parseLocale(text: string): Locale | undefined {
  if (!lookedUp.has(text)) lookedUp.set(text, lookUp(text));
  return lookedUp.get(text);
}

function lookUp(text: string): Locale | undefined {
  const [, language, country] = /^([a-z]{2,3})_([A-Z]{2})\.UTF-8$/.exec(text) ?? [];
  if (language === undefined || country === undefined) return undefined;
  const known = new Intl.DateTimeFormat(`${language}-${country}`).resolvedOptions().locale;
  const isKnown =
    known === `${language}-${country}` ||
    // Where a language is that of one country, the country is left out.
    (known === language && new Intl.Locale(language).maximize().region === country);
  return isKnown ? { language, country } : undefined;
}
