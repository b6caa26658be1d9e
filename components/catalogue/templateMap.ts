import { type Liquid, Parser, Tokenizer, TokenKind, type TopLevelToken } from "liquidjs";

/** Where in a template a place of the rendered text comes from. */
export interface TemplatePlace {
  /** Index in the template: of the same character, or of the expression that gave it. */
  readonly index: number;
  /** The expression that gave the text, such as `{{ site.contact }}`; undefined for text that the template has itself. */
  readonly expression?: string;
}

/** Characters of no script, which no configuration holds: what stands between them is the place of the text behind them. */
const marks = /\uE000(\d+)([to])\uE001/g;

/**
 * Finds the places of a rendered text in its template. The template is rendered once more for it, with marks, so this is for
 * those who have found an error.
 * @returns undefined where a filter has changed the marked text otherwise than the text alone.
 */
export function templatePlaces(
  liquid: Liquid,
  template: string,
  scope: Readonly<Record<string, unknown>>,
): ((index: number) => TemplatePlace) | undefined {
  const tokens = new Tokenizer(template).readTopLevelTokens(liquid.options);
  const marked = tokens.flatMap((token) => [...markOf(token), token]);
  const rendered = String(liquid.renderSync(new Parser(liquid).parseTokens(marked), scope));
  if (rendered.replaceAll(marks, "") !== liquid.parseAndRenderSync(template, scope)) return undefined;
  const pieces: { readonly start: number; readonly source: number; readonly isText: boolean }[] = [];
  let removed = 0;
  for (const { 0: mark, 1: source, 2: kind, index } of rendered.matchAll(marks)) {
    pieces.push({ start: index - removed, source: Number(source), isText: kind === "t" });
    removed += mark.length;
  }
  return (index) => {
    const piece = pieces.findLast(({ start }) => start <= index);
    if (piece === undefined) return { index: 0 };
    if (piece.isText) return { index: Math.min(piece.source + index - piece.start, template.length) };
    return { index: piece.source, expression: template.slice(piece.source, template.indexOf("}}", piece.source) + 2) };
  };
}

function markOf(token: TopLevelToken): TopLevelToken[] {
  if (token.kind === TokenKind.Tag) return [];
  const isText = token.kind === TokenKind.HTML;
  const from = isText && "trimLeft" in token ? token.begin + Number(token.trimLeft) : token.begin;
  return new Tokenizer(`\uE000${from}${isText ? "t" : "o"}\uE001`).readTopLevelTokens();
}
