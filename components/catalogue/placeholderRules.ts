import leven from "leven";
import { requiredNames, uniformKey } from "../configuration/index.ts";
import { didYouMean } from "../suggestion.ts";
import type { ConfigurationNames, RenderedFile } from "./configurationNames.ts";

/** A name in a file that nothing sets. */
export interface UnsetName {
  readonly name: string;
  /** Where the file names it; undefined where it cannot be found again. */
  readonly index: number | undefined;
  readonly message: string;
}

/** How a program reads the placeholders of a file. */
interface Reading {
  /** The names that must be set. */
  readonly names: readonly string[];
  /** Whether the program finds a name, by what this project or the file itself sets. */
  readonly finds: (name: string) => boolean;
  /** What is set, to find misspelt names. */
  readonly known: readonly string[];
  /** Whether a variable that is not known is wrong, and not only one that is misspelt. */
  readonly isClosed: boolean;
  /** What happens otherwise. */
  readonly otherwise: string;
}

/** Set by the kubelet, a base image, the JVM or Spring's logging, whatever a description says. */
const setByOthers =
  /^(?:HOSTNAME|HOME|PATH|PWD|USER|PID|KUBERNETES_\w+|JAVA_\w+|LOG(?:GED)?_\w+|CONSOLE_LOG_\w+|FILE_LOG_\w+|ROLLING_FILE_\w+|APPLICATION_(?:NAME|GROUP)|CONTEXT_NAME)$/;

/**
 * The names in a file that nothing sets. A name in the form of a variable must be among those of the service, unless more
 * comes from places that nobody here sees; any other may be the image's own, so only a misspelt one is wrong.
 * @param setByImage names that the image sets.
 */
export function unsetNames(file: RenderedFile, names: ConfigurationNames, setByImage: readonly string[]): UnsetName[] {
  if (!file.text.includes("${")) return [];
  const reading = readingOf(file, names);
  return [...new Set(reading.names)].flatMap((name) => {
    if (reading.finds(name) || setByImage.includes(name) || setByOthers.test(name)) return [];
    const misspelt = misspeltName(name, reading.known);
    const isVariable = /^[A-Z][A-Z\d_]*$/.test(name);
    if (misspelt === undefined && !(isVariable && reading.isClosed)) return [];
    const meant =
      misspelt === undefined ? didYouMean(name, reading.known.filter(isVariableName)) : `; did you mean "${misspelt}"?`;
    const example = `\${${name}${/logback|log4j/.test(file.name) ? ":-" : ":"}...}`;
    return [
      {
        name,
        index: placeOf(name, file.text),
        message: `\${${name}} is set by nothing here${meant === "" ? ";" : `${meant} Else`} ${reading.otherwise}: state it under env or secrets, give it a default, ${example}, or name it under setByImage if the image sets it`,
      },
    ];
  });
}

function readingOf(file: RenderedFile, names: ConfigurationNames): Reading {
  const variables = [...names.variables.keys()];
  const isVariable = (name: string) => names.variables.has(name);
  if (names.springFiles.includes(file)) {
    return {
      names: file.properties.flatMap(({ value }) => requiredNames(value, (name) => names.spring.finds(name))),
      finds: (name) => names.spring.finds(name),
      known: names.spring.all,
      isClosed: !names.isOpen,
      otherwise: "Spring does not start, or takes the text itself for the value",
    };
  }
  const text = file.text.replaceAll(/<!--.*?-->/gs, "");
  if (/^logback.*\.xml$/.test(file.name)) {
    const defined = [
      ...text.matchAll(/<(?:property|variable|define|springProperty|timestamp)\b[^>]*\b(?:name|key)="([^"]+)"/g),
    ];
    const own = defined.map(([, name = ""]) => name);
    const known = [...own, ...variables];
    const finds = (name: string) => known.includes(name);
    return {
      names: requiredNames(text, finds, ":-"),
      finds,
      known,
      isClosed: !/<(?:include|property|variable)\b[^>]*\b(?:file|url|resource)="(?!org\/springframework\/boot\/)/.test(
        text,
      ),
      otherwise: "Logback takes the name and _IS_UNDEFINED for the value",
    };
  }
  if (/^log4j2?.*\.xml$/.test(file.name)) {
    const finds = (name: string) => !name.startsWith("env:") || isVariable(name.slice(4));
    return {
      names: requiredNames(text, finds, ":-").map((name) => name.replace(/^env:/, "")),
      finds: isVariable,
      known: variables,
      isClosed: true,
      otherwise: "Log4j takes the text itself for the value",
    };
  }
  // Whose file it is and what it defines is not known, so a name is wrong only if it is nearly one of the service's.
  return {
    names: requiredNames(text, isVariable).filter((name) => isVariableName(name) && !definesItself(name, text)),
    finds: isVariable,
    known: [...variables, ...names.spring.all.filter(isVariableName)],
    isClosed: false,
    otherwise: "the value is not set",
  };
}

function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z\d_]*$/.test(name);
}

function definesItself(name: string, text: string): boolean {
  return new RegExp(`(?<![{\\w])${name}\\b`).test(text);
}

/** The known name that somebody meant: written otherwise, or with one letter or two neighbours changed. */
export function misspeltName(name: string, known: readonly string[]): string | undefined {
  return (
    uniformNames(known)
      .get(uniformName(name))
      ?.find((each) => each !== name) ?? known.find((each) => isOneSlipFrom(name, each))
  );
}

const uniformName = (name: string) => uniformKey(name).replaceAll(".", "");

const uniformNamesOf = new WeakMap<readonly string[], Map<string, string[]>>();

/** Names by what Spring makes of them, found once for a list: a service may refer to thousands. */
function uniformNames(known: readonly string[]): Map<string, string[]> {
  const found = uniformNamesOf.get(known) ?? Map.groupBy(known, uniformName);
  uniformNamesOf.set(known, found);
  return found;
}

/** Names that count up, DB1 and DB2, and a plural are others, and no slips. */
function isOneSlipFrom(name: string, other: string): boolean {
  if (
    name.length < 5 ||
    Math.abs(name.length - other.length) > 1 ||
    `${name}s`.toLowerCase() === other.toLowerCase() ||
    name.toLowerCase() === `${other}s`.toLowerCase()
  )
    return false;
  if (name.replaceAll(/\d/g, "") === other.replaceAll(/\d/g, "")) return false;
  const distance = leven(name, other, { maxDistance: 3 });
  return distance === 1 || (distance === 2 && [...name].sort().join("") === [...other].sort().join(""));
}

/** The first place of a placeholder outside comments. */
function placeOf(name: string, text: string): number | undefined {
  for (const { index } of text.matchAll(/\$\{/g)) {
    if (!text.startsWith(name, index + 2 + (/^\s*(?:env:)?/.exec(text.slice(index + 2, index + 40))?.[0].length ?? 0)))
      continue;
    if (!/^\s*#/.test(text.slice(text.lastIndexOf("\n", index) + 1, index + 1))) return index;
  }
  return undefined;
}
