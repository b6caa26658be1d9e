import { additions } from "../additions/additions.ts";
import type { Comparison } from "../fields/fieldOutcome.ts";
import { claimFindings } from "../references/claimFindings.ts";
import { referencesThatMove } from "../references/referencesThatMove.ts";
import type { Finding } from "./finding.ts";

/** What looks for findings in a service's manifests and in what is rendered instead of them. */
type Finder = (comparison: Comparison) => readonly Finding[];

const finders: readonly Finder[] = [
  ({ reading }) => reading.connections.findings,
  referencesThatMove,
  claimFindings,
  additions,
];

/** All findings, list by list. */
export function findingsOf(comparison: Comparison): Finding[] {
  return finders.flatMap((find) => find(comparison));
}
