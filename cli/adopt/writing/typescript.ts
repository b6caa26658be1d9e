import { visibleText } from "../../../command/visibleText.ts";
import { compareText } from "../../../components/diagnostic.ts";
import type { Microservice } from "../../../components/microservice.ts";

/** The order in which the catalogue's descriptions state their fields. */
const order = [
  "name",
  "namespace",
  "description",
  "owner",
  "image",
  "cardholderData",
  "priority",
  "resources",
  "command",
  "args",
  "ports",
  "jvm",
  "startupSeconds",
  "probes",
  "autoscaling",
  "paused",
  "exposure",
  "calls",
  "backingServices",
  "env",
  "secrets",
  "secretFiles",
  "metrics",
  "temporaryStorage",
  "emptyDirs",
  "volumes",
  "initContainers",
  "podLabels",
  "podAnnotations",
  "nodeSelector",
  "tolerations",
  "spread",
  "rollout",
  "shutdown",
  "securityContext",
  "securityExceptions",
  "notSecret",
  "setByImage",
];

const lineWidth = 120;

/**
 * A description as the text of its `index.ts`, laid out as the project's formatter lays it out.
 * @param constants service that is called -> the constant that its `index.ts` exports; by default its name in camel case
 */
export function writeDescription(service: Microservice, constants: ReadonlyMap<string, string> = new Map()): string {
  const own = identifier(service.name);
  const called = calledServices(service).map((name): [name: string, constant: string, local: string] => {
    const constant = constants.get(name) ?? identifier(name);
    return [name, constant, constant === own ? `${constant}Called` : constant];
  });
  const written = {
    ...service,
    ...(called.length === 0 ? {} : { calls: called.map(([, , local]) => new Local(local)) }),
  };
  const isSupplied = Object.values(service.secrets ?? {}).some((secret) => "kind" in secret);
  const fields = Object.entries(written).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const lines = fields.map(([key, value]) =>
    key === "calls" ? `  ${property(key, value, 2, 1, "() => ")},` : `  ${property(key, value, 2, 1)},`,
  );
  return [
    'import type { Microservice } from "../../components/microservice.ts";',
    ...(isSupplied ? ['import { supplied } from "../../components/secrets.ts";'] : []),
    ...called.map(([name, constant, local]) => {
      const names = constant === local ? constant : `${constant} as ${local}`;
      return `import { ${names} } from "../${name}/index.ts";`;
    }),
    "",
    `export const ${identifier(service.name)}: Microservice = {`,
    ...lines,
    "};",
    "",
  ].join("\n");
}

/** The names of the services that a description calls, in the order of their files. */
function calledServices({ calls = () => [] }: Microservice): string[] {
  return calls()
    .map((call) => ("service" in call ? call.service.name : call.name))
    .sort(compareFolders);
}

/** The order in which Biome wants imports: a number in a name counts as one, and a longer one is greater. */
function compareFolders(a: string, b: string): number {
  const [parts, others] = [a, b].map((name) => name.match(/\d+|\D/g) ?? []);
  for (const [index, part] of parts?.entries() ?? []) {
    const other = others?.[index] ?? "";
    const areNumbers = /^\d/.test(part) && /^\d/.test(other);
    const order = (areNumbers ? part.length - other.length : 0) || compareText(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** A constant that is imported. */
class Local {
  readonly constant: string;
  constructor(constant: string) {
    this.constant = constant;
  }
}

const reserved = new Set(
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield undefined Microservice supplied".split(
    " ",
  ),
);

/** The constant's name: `tax-declarations` -> `taxDeclarations`. */
function identifier(name: string): string {
  const camel = name.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return reserved.has(camel) ? `${camel}Service` : camel;
}

/** `key: value`, on one line where it fits: `indent` columns before it, `after` behind it. */
function property(key: string, value: unknown, indent: number, after: number, before = ""): string {
  const name = `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key)}: ${before}`;
  const text = name + layOut(value, indent, indent + name.length, after);
  // A text that does not fit beside its key goes below it.
  if (typeof value === "string" && indent + text.length + after > lineWidth) {
    return `${name.trimEnd()}\n${" ".repeat(indent + 2)}${quote(value)}`;
  }
  return text;
}

function layOut(value: unknown, indent: number, column: number, after: number): string {
  const call = asCall(value);
  if (call !== undefined) return `supplied(${layOut(call, indent, column + "supplied(".length, after + 1)})`;
  const short = inline(value);
  if (column + short.length + after <= lineWidth && !mustBreak(value)) return short;
  const inner = indent + 2;
  const pad = " ".repeat(inner);
  if (Array.isArray(value)) {
    const items = value.map((item) => `${pad}${layOut(item, inner, inner, 1)},`);
    return ["[", ...items, `${" ".repeat(indent)}]`].join("\n");
  }
  if (typeof value === "object" && value !== null) {
    const items = Object.entries(value).map(([key, item]) => `${pad}${property(key, item, inner, 1)},`);
    return ["{", ...items, `${" ".repeat(indent)}}`].join("\n");
  }
  return short;
}

/** The formatter breaks a list of several maps that have several fields each. */
function mustBreak(value: unknown): boolean {
  if (Array.isArray(value)) {
    const manyMaps =
      value.length > 1 &&
      value.every((item) => typeof item === "object" && item !== null && Object.keys(item).length > 1);
    return manyMaps || value.some(mustBreak);
  }
  return typeof value === "object" && value !== null && Object.values(value).some(mustBreak);
}

/** What `supplied` is called with for a secret that it makes; undefined for every other value. */
function asCall(value: unknown): { readonly description: unknown } | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value && "description" in value)) return undefined;
  return value.kind === "supplied" ? { description: value.description } : undefined;
}

function inline(value: unknown): string {
  if (value instanceof Local) return value.constant;
  const call = asCall(value);
  if (call !== undefined) return `supplied(${inline(call)})`;
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(([key, item]) => property(key, item, 0, Number.NEGATIVE_INFINITY));
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/**
 * A string literal in double quotes, or in single ones where that spares backslashes. What nobody would see in an editor,
 * such as a mark that turns the reading order, is an escape.
 */
function quote(text: string): string {
  const json = visibleText(JSON.stringify(text));
  const doubles = text.split('"').length;
  if (doubles <= text.split("'").length) return json;
  return `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
