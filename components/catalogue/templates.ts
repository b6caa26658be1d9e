import { Liquid } from "liquidjs";
import { type Diagnostic, positionOf } from "../diagnostic.ts";
import { configMapLimit } from "../kubernetes/index.ts";
import { type TemplatePlace, templatePlaces } from "./templateMap.ts";
import { type TemplateProblem, templateProblems, withoutBroken } from "./templateProblems.ts";

/** A service's configuration file with placeholders for the site's values. */
export interface Template {
  /** Name of the file, under `/config` in the pod. */
  readonly name: string;
  /** Path in the project, for diagnostics: `services/receipts/config/application.yaml`. */
  readonly file: string;
  /** The Liquid template. */
  readonly text: string;
}

/** Without partials (`templates`), so that a template cannot read a file. */
const liquid = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  templates: {},
  outputEscape,
  catchAllErrors: true,
});
for (const filter of [
  "date",
  "date_to_xmlschema",
  "date_to_rfc822",
  "date_to_string",
  "date_to_long_string",
  "sample",
]) {
  liquid.registerFilter(filter, () => {
    throw new Error(`the filter ${filter} may give another result at each run, so it is not offered`);
  });
}

/** What a service's templates give in a site. */
export interface RenderedConfiguration {
  /** The files whose templates are right, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The templates that can be rendered, with blanks in place of what is broken in them, and what they then give. */
  readonly readable: readonly { readonly template: Template; readonly rendered: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Renders a service's templates with the variables of its site. Each unknown variable or filter is a diagnostic with its
 * place, and never an empty text.
 */
export function renderConfiguration(
  templates: readonly Template[],
  scope: Readonly<Record<string, unknown>>,
): RenderedConfiguration {
  const files: Record<string, string> = {};
  const readable: { template: Template; rendered: string }[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const template of templates) {
    const { name, file, text } = template;
    const { rendered, readableText, problems } = render(text, scope);
    if (problems.length === 0 && rendered !== undefined) files[name] = rendered;
    if (readableText !== undefined && rendered !== undefined) {
      readable.push({ template: { ...template, text: readableText }, rendered });
    }
    diagnostics.push(
      ...problems.map(({ index, message }) => ({ file, position: positionOf(text, index), path: "", message })),
    );
  }
  const size = Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  if (size > configMapLimit) {
    const file = templates[0]?.file ?? "";
    diagnostics.push({
      file: file.slice(0, file.lastIndexOf("/")),
      path: "",
      message: `the rendered files hold ${size} bytes; a ConfigMap holds at most ${configMapLimit}: move large data to a volume or the image`,
    });
  }
  return { files, readable, diagnostics };
}

/** Where in a template each place of the text comes from that it was rendered to; undefined where it cannot be said. */
export function placesInTemplate(
  { text }: Template,
  scope: Readonly<Record<string, unknown>>,
): ((index: number) => TemplatePlace) | undefined {
  return templatePlaces(liquid, text, scope);
}

/**
 * Renders one template. Where it does not parse, what is broken is taken for blank, so that what else is wrong with it is told
 * at the same time.
 */
function render(
  text: string,
  scope: Readonly<Record<string, unknown>>,
): { readonly rendered?: string; readonly readableText?: string; readonly problems: readonly TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  for (let readable: string | undefined = text; readable !== undefined; ) {
    try {
      const rendered = String(liquid.parseAndRenderSync(readable, scope));
      return { rendered, readableText: readable, problems };
    } catch (error) {
      const found = templateProblems(error, readable);
      problems.push(...found);
      readable = withoutBroken(readable, found);
    }
  }
  return { problems };
}

/** Writes text and numbers as they are, and refuses a map, which would become "[object Object]". */
function outputEscape(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    throw new Error(`this is a map, not a value; name one of its fields (${Object.keys(value).join(", ")})`);
  }
  return String(value ?? "");
}
