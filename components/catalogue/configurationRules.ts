import { readConfigurationFile } from "../configuration/index.ts";
import { type Diagnostic, positionOf } from "../diagnostic.ts";
import { placesInTemplate, type Template } from "./templates.ts";

/** What is wrong at a place of a rendered file; without an index, with the file as a whole. */
interface Finding {
  readonly index?: number;
  readonly message: string;
}

/**
 * Diagnostics of a service's rendered configuration: files that the parser of their format refuses. Each is told at its place in
 * the template.
 * @param files the rendered files, by name; those that did not render are left out.
 * @param scope what the templates were rendered with.
 */
export function checkConfiguration(
  templates: readonly Template[],
  files: Readonly<Record<string, string>>,
  scope: Readonly<Record<string, unknown>>,
): Diagnostic[] {
  return templates.flatMap((template) => {
    const rendered = files[template.name];
    if (rendered === undefined) return [];
    const { problems } = readConfigurationFile(template.name, rendered);
    return problems.length === 0 ? [] : inTemplate(template, scope, problems);
  });
}

function inTemplate(
  template: Template,
  scope: Readonly<Record<string, unknown>>,
  findings: readonly Finding[],
): Diagnostic[] {
  const placeOf = placesInTemplate(template, scope);
  return findings.map(({ index, message }) => {
    const place = index === undefined ? undefined : placeOf?.(index);
    const quotes =
      place?.expression === undefined ? "" : `. Here stands what ${place.expression} gives: does it need quotes?`;
    return {
      file: template.file,
      ...(place === undefined ? {} : { position: positionOf(template.text, place.index) }),
      path: "",
      message: `${message}${quotes}`,
    };
  });
}
