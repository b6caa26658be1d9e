import type { Diagnostic } from "../../../components/diagnostic.ts";

/** Problems of one kind that are told one by one. */
const shown = 5;

/**
 * Some problems of each kind, and how many more there are, so that one mistake that files repeat does not hide the
 * others. Problems are of one kind if their messages differ in values, numbers and
 * names such as Deployment/receipts only.
 */
export function eachKindOnce(problems: readonly Diagnostic[]): Diagnostic[] {
  const kinds = Map.groupBy(problems, ({ message }) => message.replaceAll(/"(?:[^"\\]|\\.)*"|\S*\/\S*|\d+/g, ""));
  const told = new Set([...kinds.values()].flatMap((all) => (all.length <= shown + 1 ? all : all.slice(0, shown))));
  const last = new Map([...kinds.values()].map((all) => [all[shown - 1], all.length - shown]));
  return problems.flatMap((problem) => {
    if (!told.has(problem)) return [];
    const more = last.get(problem) ?? 0;
    return more < 2
      ? [problem]
      : [problem, { file: problem.file, path: "", message: `${more} more problems of this kind` }];
  });
}
