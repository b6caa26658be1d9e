import { Liquid, LiquidError } from "liquidjs";
import type { Diagnostic } from "../diagnostic.ts";
import { configMapLimit } from "../kubernetes/index.ts";

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

/**
 * Renders a service's templates with the variables of its site. An unknown variable or filter is a diagnostic with its line,
 * and never an empty text.
 */
export function renderConfiguration(
  templates: readonly Template[],
  scope: Readonly<Record<string, unknown>>,
): { readonly files: Record<string, string>; readonly diagnostics: Diagnostic[] } {
  const files: Record<string, string> = {};
  const diagnostics: Diagnostic[] = [];
  for (const { name, file, text } of templates) {
    try {
      files[name] = String(liquid.parseAndRenderSync(text, scope));
    } catch (error) {
      diagnostics.push({ file, ...templateDiagnostic(error) });
    }
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
  return { files, diagnostics };
}

/** Writes text and numbers as they are, and refuses a map, which would become "[object Object]". */
function outputEscape(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    throw new Error(`this is a map, not a value; name one of its fields (${Object.keys(value).join(", ")})`);
  }
  return String(value ?? "");
}

function templateDiagnostic(error: unknown): { path: string; message: string } {
  if (!(error instanceof LiquidError))
    return { path: "", message: error instanceof Error ? error.message : String(error) };
  const { message, token } = error;
  const [line] = token.getPosition();
  const reason = message.replace(/, (file:.*)?line:\d+, col:\d+$/, "");
  if (reason.startsWith("ENOENT"))
    return { path: `line ${line}`, message: "a template reads no other file; write its text here" };
  return { path: `line ${line}`, message: `${reason}${remedy(reason)}` };
}

function remedy(reason: string): string {
  if (reason.startsWith("undefined variable")) {
    return "; a template knows site, service, backingServices and calls, and only what this service declares of the last two";
  }
  if (reason.startsWith("undefined filter")) return "; correct its name (https://liquidjs.com/filters/overview.html)";
  if (reason.endsWith("so it is not offered")) return "; write the value itself";
  if (reason.startsWith("this is a map")) return "";
  return "; correct it, or write {% raw %} ... {% endraw %} around text that only looks like a template";
}
