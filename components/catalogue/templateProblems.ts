import { LiquidError } from "liquidjs";

/** What is wrong with a template. */
export interface TemplateProblem {
  /** Where it stands in the template. */
  readonly index: number;
  readonly message: string;
  /** The text to take for blank, so that the rest can be read. Default: nothing, the rest depends on it. */
  readonly broken?: { readonly start: number; readonly end: number };
}

const raw = "write {% raw %} ... {% endraw %} around text that only looks like a template";

/** What Liquid says is wrong with a template, each with its place and what to do. An error of another kind is thrown again. */
export function templateProblems(error: unknown, text: string): TemplateProblem[] {
  if (!(error instanceof LiquidError)) throw error;
  const inner: unknown = Reflect.get(error, "errors");
  if (Array.isArray(inner)) return inner.flatMap((each) => templateProblems(each, text));
  const { message, token } = error;
  const reason = message.replace(/, (file:.*)?line:\d+, col:\d+$/, "");
  return [problemOf(reason, token.begin, text)];
}

/** A template with blanks in place of what is broken; undefined where nothing can be left out. */
export function withoutBroken(text: string, problems: readonly TemplateProblem[]): string | undefined {
  const broken = problems.flatMap((problem) => problem.broken ?? []);
  if (broken.length === 0 || broken.length < problems.length) return undefined;
  return broken.reduce(
    (left, { start, end }) => left.slice(0, start) + left.slice(start, end).replaceAll(/[^\n]/g, " ") + left.slice(end),
    text,
  );
}

/** @param at where Liquid stopped, which may be within an expression. */
function problemOf(reason: string, at: number, text: string): TemplateProblem {
  // A tag's variables and conditions are read as its own: `{% if sit %}`.
  const output = text.lastIndexOf("{{", at);
  const tag = text.lastIndexOf("{%", at);
  const [index, open, close] = output > tag ? [output, "{{", "}}"] : [tag, "{%", "%}"];
  if (index === -1) return { index: at, message: `${reason}; correct it, or ${raw}` };
  const end = text.indexOf(close, index);
  // Liquid reads on to the next end, which belongs to the next expression.
  const swallowed = end !== -1 && /\n.*\{[{%]/s.test(text.slice(index + 2, end));
  if (swallowed || end === -1 || /^(?:output|tag) ".*" not closed$/s.test(reason)) {
    const quoted = end !== -1 && !swallowed ? ", or it stands within a quote that is not closed" : "";
    const message = `this ${open} has no ${close} that ends it${quoted}; write ${close} behind its expression, or ${raw}`;
    return { index, message, ...(open === "{{" ? { broken: { start: index, end: index + 2 } } : {}) };
  }
  const broken = { start: index, end: end + 2 };
  const whole = shortened(text.slice(broken.start, broken.end));
  const block =
    /^tag \{%-?\s*(\w+).*not closed$/s.exec(reason)?.[1] ?? /^raw .*not closed$/s.exec(reason)?.[0].slice(0, 3);
  if (block !== undefined) {
    return { index, message: `${whole} has no {% end${block} %}; write it behind the text that it is about` };
  }
  const [, unknownTag] = /^tag "(\w+)" not found$/.exec(reason) ?? [];
  if (unknownTag !== undefined && /^(?:end|els|when)/.test(unknownTag)) {
    return { index, message: `${whole} belongs to no tag before it; remove it, or open it first` };
  }
  if (reason.startsWith("ENOENT")) return { index, message: "a template reads no other file; write its text here" };
  return { index, message: `${reason}${remedy(reason)}`, ...(open === "{{" ? { broken } : {}) };
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

function remedy(reason: string): string {
  if (reason.startsWith("undefined variable")) {
    return "; a template knows site, service, backingServices and calls, and only what this service declares of the last two";
  }
  if (reason.startsWith("undefined filter")) return "; correct its name (https://liquidjs.com/filters/overview.html)";
  if (reason.endsWith("so it is not offered")) return "; write the value itself";
  if (reason.startsWith("this is a map")) return "";
  return `; correct it, or ${raw}`;
}
