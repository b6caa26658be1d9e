import { createHash } from "node:crypto";
import { Liquid, LiquidError } from "liquidjs";
import type { ResolvedMicroservice } from "./defaults.ts";
import type { ConfigMapManifest } from "./manifests.ts";
import { commonLabels } from "./names.ts";
import { compareText, type Problem } from "./problems.ts";

/** A configuration file of a service before the site's values are in it. */
export interface Template {
  /** Name of the file that the pod sees under `/config`. */
  readonly name: string;
  /** Where it stands in Git, for messages: `services/receipts/config/application.yaml`. */
  readonly file: string;
  /** The Liquid template. */
  readonly text: string;
}

/** What a ConfigMap may hold in all (Kubernetes refuses more than 1 MiB). */
const configurationLimit = 2 ** 20;

/** No partials are offered (`templates`), so that a template reads no file. */
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
 * Renders a service's templates with the values that it may see. An unknown variable or filter is a problem with its
 * line; nothing is left empty by mistake.
 */
export function renderConfiguration(
  templates: readonly Template[],
  scope: Readonly<Record<string, unknown>>,
): { readonly files: Record<string, string>; readonly problems: Problem[] } {
  const files: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const { name, file, text } of templates) {
    try {
      files[name] = String(liquid.parseAndRenderSync(text, scope));
    } catch (error) {
      problems.push({ file, ...templateProblem(error) });
    }
  }
  const size = Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  if (size > configurationLimit) {
    const file = templates[0]?.file ?? "";
    problems.push({
      file: file.slice(0, file.lastIndexOf("/")),
      path: "",
      message: `the rendered files hold ${size} bytes; a ConfigMap holds at most ${configurationLimit}: move large data to a volume or the image`,
    });
  }
  return { files, problems };
}

/** The ConfigMap of a service's rendered files: immutable, and named by its content. */
export function planConfigMap(
  service: ResolvedMicroservice,
  files: Readonly<Record<string, string>>,
): ConfigMapManifest {
  return planContentConfigMap(service, "config", files);
}

/** An immutable ConfigMap of a service, named by its content: `receipts-<part>-<ten hexadecimal digits>`. */
export function planContentConfigMap(
  { name, namespace }: Pick<ResolvedMicroservice, "name" | "namespace">,
  part: string,
  files: Readonly<Record<string, string>>,
): ConfigMapManifest {
  const data = Object.fromEntries(Object.entries(files).sort(([a], [b]) => compareText(a, b)));
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${name}-${part}-${contentHash(data)}`, namespace, labels: commonLabels(name, namespace) },
    immutable: true,
    data,
  };
}

/**
 * A ConfigMap's name: the service's, and ten hexadecimal digits of the SHA-256 of its content. A changed configuration is
 * a new object, so that pods roll, and the old one is still there to roll back to.
 */
export function configMapName(service: string, content: Readonly<Record<string, string>>): string {
  return `${service}-config-${contentHash(content)}`;
}

/** The digits in a ConfigMap's name. */
export function contentHash(content: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(content).sort(([a], [b]) => compareText(a, b));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 10);
}

/** Text and numbers as they are; a whole map would be written as "[object Object]". */
function outputEscape(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    throw new Error(`this is a map, not a value; name one of its fields (${Object.keys(value).join(", ")})`);
  }
  return String(value ?? "");
}

function templateProblem(error: unknown): { path: string; message: string } {
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
    return "; a template knows site, service, endpoints and calls, and only what this service declares of the last two";
  }
  if (reason.startsWith("undefined filter")) return "; correct its name (https://liquidjs.com/filters/overview.html)";
  if (reason.endsWith("so it is not offered")) return "; write the value itself";
  if (reason.startsWith("this is a map")) return "";
  return "; correct it, or write {% raw %} ... {% endraw %} around text that only looks like a template";
}
