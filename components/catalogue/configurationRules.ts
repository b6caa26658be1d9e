import { keyPlace, readConfigurationFile } from "../configuration/index.ts";
import type { ResolvedMicroservice } from "../description/index.ts";
import { type Diagnostic, positionOf } from "../diagnostic.ts";
import type { CatalogueSite } from "../siteData.ts";
import { configurationNames, type RenderedFile } from "./configurationNames.ts";
import { unsetNames } from "./placeholderRules.ts";
import { overriddenProperties } from "./precedenceRules.ts";
import { checkSecretNames } from "./secretNameRules.ts";
import { placesInTemplate, type RenderedConfiguration, type Template } from "./templates.ts";

/** What is wrong at a place of a rendered file; without an index, with the file as a whole. */
interface Finding {
  readonly index?: number | undefined;
  readonly message: string;
  /** Whether what stands there does not parse. */
  readonly isUnreadable?: boolean;
}

/** A service's configuration, rendered for a site. */
interface Configuration {
  readonly service: ResolvedMicroservice;
  /** Folder that diagnostics name: `services/receipts`. */
  readonly folder: string;
  readonly site: CatalogueSite;
  readonly templates: readonly Template[];
  readonly rendered: RenderedConfiguration;
  /** What the templates were rendered with. */
  readonly scope: Readonly<Record<string, unknown>>;
}

/**
 * Diagnostics of a service's rendered configuration: files that the parser of their format refuses, names that nothing sets,
 * values that are never used. Each is told at its place in the template.
 */
export function checkConfiguration({ service, folder, site, templates, rendered, scope }: Configuration): Diagnostic[] {
  const findings = new Map<string, Finding[]>(templates.map(({ name }) => [name, []]));
  const read = rendered.readable.map(({ template: { name }, rendered: text }): RenderedFile => {
    const { properties, problems } = readConfigurationFile(name, text);
    findings.get(name)?.push(...problems.map((problem) => ({ ...problem, isUnreadable: true })));
    return { name, text, properties };
  });
  // What a file that cannot be read sets is not known.
  const isComplete = read.length === templates.length && [...findings.values()].every(({ length }) => length === 0);
  if (isComplete && templates.length > 0) {
    const names = configurationNames(service, site, read);
    for (const file of read) {
      findings.get(file.name)?.push(...unsetNames(file, names, service.source.setByImage ?? []));
    }
    for (const file of names.springFiles.filter(({ name }) => Object.hasOwn(rendered.files, name))) {
      const overridden = overriddenProperties(file, names, service);
      findings
        .get(file.name)
        ?.push(...overridden.map(({ key, message }) => ({ index: keyPlace(file.name, file.text, key), message })));
    }
  }
  return [
    ...rendered.readable.flatMap(({ template }) => {
      const found = findings.get(template.name) ?? [];
      // A parser may stumble over the blanks for what is broken, which is told already.
      const isWhole = Object.hasOwn(rendered.files, template.name);
      return inTemplate(
        template,
        scope,
        found.filter(({ isUnreadable = false }) => isWhole || !isUnreadable),
      );
    }),
    ...checkSecretNames(service, folder, templates),
  ];
}

function inTemplate(
  template: Template,
  scope: Readonly<Record<string, unknown>>,
  findings: readonly Finding[],
): Diagnostic[] {
  if (findings.length === 0) return [];
  const placeOf = placesInTemplate(template, scope);
  return findings.map(({ index, message, isUnreadable = false }) => {
    const place = index === undefined ? undefined : placeOf?.(index);
    const quotes =
      place?.expression === undefined || !isUnreadable
        ? ""
        : `. Here stands what ${place.expression} gives: does it need quotes?`;
    return {
      file: template.file,
      ...(place === undefined ? {} : { position: positionOf(template.text, place.index) }),
      path: "",
      message: `${message}${quotes}`,
    };
  });
}
