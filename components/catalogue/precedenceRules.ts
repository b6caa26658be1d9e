import { placeholdersIn, resolvePlaceholders, variablesOf } from "../configuration/index.ts";
import type { ResolvedMicroservice } from "../description/index.ts";
import type { ConfigurationNames, RenderedFile } from "./configurationNames.ts";

/** A property of a file that a variable states, too, with another value. */
export interface OverriddenProperty {
  readonly key: string;
  readonly message: string;
}

/** These are read from everywhere, one after the other. */
const added = /^spring\.(?:config|profiles)\./;

/**
 * The properties of a file that Spring never uses, since a variable of the same name in its rules wins.
 * https://docs.spring.io/spring-boot/reference/features/external-config.html
 */
export function overriddenProperties(
  { properties }: RenderedFile,
  { variables }: ConfigurationNames,
  service: ResolvedMicroservice,
): OverriddenProperty[] {
  const find = (name: string) => variables.get(name);
  return properties.flatMap(({ key, value }) => {
    if (added.test(key)) return [];
    const variable = variablesOf(key).find((name) => variables.has(name));
    if (variable === undefined || names(value, variable)) return [];
    const stated = variables.get(variable);
    const resolved = resolvePlaceholders(value, find);
    if (resolved !== undefined && resolved.trim() === stated?.trim()) return [];
    const source = Object.hasOwn(service.env, variable)
      ? "under env"
      : Object.hasOwn(service.source.secrets ?? {}, variable)
        ? "under secrets"
        : "which follows from the description";
    return [
      {
        key,
        message: `${key} is also the variable ${variable}, ${source}, and variables win over files: this value is never used. Keep one of the two, or write \${${variable}} here`,
      },
    ];
  });
}

/** Whether a value is that of a variable already: `${SERVER_PORT:8080}`, or `${server.port}`. */
function names(value: string, variable: string): boolean {
  return placeholdersIn(value).some(({ name }) => name === variable || variablesOf(name).includes(variable));
}
