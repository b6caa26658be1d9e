import { type Property, SpringNames, variablesOf } from "../configuration/index.ts";
import type { ResolvedMicroservice } from "../description/index.ts";
import type { CatalogueSite } from "../siteData.ts";
import { environmentVariables } from "../workload/index.ts";

/** A rendered configuration file, as its parser read it. */
export interface RenderedFile {
  /** Name of the file, under `/config`. */
  readonly name: string;
  readonly text: string;
  readonly properties: readonly Property[];
}

/** What a service's configuration may name, as far as this project sets it. */
export interface ConfigurationNames {
  /** Environment variable -> its text; undefined for one whose value is known only in the pod, such as a secret's. */
  readonly variables: ReadonlyMap<string, string | undefined>;
  /** What Spring finds: variables, secrets as files, options of the JVM and arguments, and the files that it reads. */
  readonly spring: SpringNames;
  /** The files that Spring reads. */
  readonly springFiles: readonly RenderedFile[];
  /** Whether more values come from places that nobody here sees, such as a configuration server. */
  readonly isOpen: boolean;
}

/** `application.yaml`, and those of profiles; of Spring Cloud the first that it reads. */
const springFile = /^(?:application|bootstrap)(?:-[^.]+)?\.(?:ya?ml|properties)$/;

/** What `spring.config.import` names that is seen here: the files in `/config`, and the folder of secrets. */
const seenImport = /^(?:optional:)?(?:configtree:\/vault\/|(?:file:)?(?:\.?\/)?config\/)/;

/** Collects the names for one service in one site. */
export function configurationNames(
  service: ResolvedMicroservice,
  site: CatalogueSite,
  files: readonly RenderedFile[],
): ConfigurationNames {
  const variables = new Map(
    environmentVariables(service, site, files.length > 0).map(({ name, value }) => [name, value] as const),
  );
  const properties = files.filter(({ name }) => springFile.test(name)).flatMap((file) => file.properties);
  const imports = [
    ...properties.flatMap(({ key, value }) => (/^spring\.config\.import(?:\[\d+\])?$/.test(key) ? [value] : [])),
    ...(Object.hasOwn(service.env, "SPRING_CONFIG_IMPORT") ? [variables.get("SPRING_CONFIG_IMPORT") ?? ""] : []),
  ].flatMap((value) => value.split(",").map((each) => each.trim()));
  const imported = new Set(imports.map((each) => each.replace(/^.*\/config\//, "").replace(/\[.*\]$/, "")));
  const springFiles = files.filter(({ name }) => springFile.test(name) || imported.has(name));
  const delivered = service.secrets.delivery === "files" ? service.secrets.stored.map(({ key }) => key) : [];
  return {
    variables,
    spring: new SpringNames(variables.keys(), [
      ...springFiles.flatMap((file) => file.properties.map(({ key }) => key)),
      ...delivered,
      ...stated(service, variables),
    ]),
    springFiles,
    isOpen:
      imports.some((each) => each !== "" && !seenImport.test(each)) ||
      files.some(({ name }) => name.startsWith("bootstrap")) ||
      [...variables.keys()].some((name) => opening.has(name)),
  };
}

/** Variables by which Spring reads other files than those in `/config`, or other names. */
const opening = new Set([
  ...["spring.config.location", "spring.config.name", "spring.cloud.config.uri", "spring.application.json"].flatMap(
    variablesOf,
  ),
]);

/** The properties in options of the JVM, `-Da.b=c`, and in arguments, `--a.b=c`. */
function stated(service: ResolvedMicroservice, variables: ReadonlyMap<string, string | undefined>): string[] {
  const texts = [...variables.values(), ...(service.command ?? []), ...(service.args ?? [])];
  return texts.flatMap((text) =>
    [...(text ?? "").matchAll(/(?:^|[\s'"])(?:-D|--)([\w.[\]-]+)=/g)].map(([, name = ""]) => name),
  );
}
