import { parser } from "@prometheus-io/lezer-promql";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** A selector of an expression: `up{job="services"}[5m]`. */
export interface Selector {
  readonly metric: string;
  /** Label -> what it must be, with the operator: `=services`. */
  readonly matchers: Readonly<Record<string, string>>;
  /** The range, such as `5m` or `$__rate_interval`; undefined for an instant. */
  readonly range: string | undefined;
  /** The functions and aggregations around it, from the inside. */
  readonly within: readonly string[];
}

/** What an expression consists of. */
export interface Expression {
  /** Where the grammar does not know what it reads. */
  readonly mistakes: readonly string[];
  readonly selectors: readonly Selector[];
  /** Labels that aggregations and matching name: `by (node)`, `on (pod)`. */
  readonly groupingLabels: readonly string[];
}

/** Reads an expression by Prometheus' own grammar for editors. Grafana's variables of time count as durations. */
export function readPromql(expr: string): Expression {
  const text = expr.replaceAll(/\$__(rate_)?interval|\$__range/g, (name) => durations[name] ?? name);
  const mistakes: string[] = [];
  const selectors: Selector[] = [];
  const groupingLabels: string[] = [];
  parser.parse(text).iterate({
    enter({ node, type }) {
      if (type.isError) mistakes.push(`at ${node.from}: ${text.slice(node.from, node.from + 30)}`);
      if (type.name === "VectorSelector") selectors.push(selector(node, text));
      if (type.name !== "GroupingLabels") return;
      for (const label of node.getChildren("LabelName")) groupingLabels.push(text.slice(label.from, label.to));
    },
  });
  return { mistakes, selectors, groupingLabels };
}

/** Durations that nobody writes, for the variables of time, of which the grammar knows nothing. */
const durations: Readonly<Record<string, string>> = {
  $__rate_interval: "4001s",
  $__interval: "4002s",
  $__range: "4003s",
};

function selector(node: SyntaxNode, text: string): Selector {
  const word = (child: SyntaxNode | null): string => (child === null ? "" : text.slice(child.from, child.to));
  const matchers = node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  const duration = node.parent?.name === "MatrixSelector" ? word(node.parent.lastChild) : undefined;
  const variable = Object.entries(durations).find(([, value]) => `[${value}]`.includes(duration ?? " "));
  return {
    metric: word(node.getChild("Identifier")),
    matchers: Object.fromEntries(
      matchers.map((matcher) => [
        word(matcher.getChild("LabelName")),
        `${word(matcher.getChild("MatchOp"))}${word(matcher.getChild("StringLiteral")).slice(1, -1)}`,
      ]),
    ),
    range: variable?.[0] ?? duration,
    within: surroundings(node, word),
  };
}

function surroundings(node: SyntaxNode, word: (child: SyntaxNode | null) => string): string[] {
  const found: string[] = [];
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.name === "FunctionCall") found.push(word(outer.getChild("FunctionIdentifier")));
    if (outer.name === "AggregateExpr") found.push(word(outer.getChild("AggregateOp")));
  }
  return found;
}
