import type { Row } from "../fields/compare.ts";
import { writtenByCluster } from "../fields/fieldOutcome.ts";

/** The outermost field that is the cluster's: `metadata.managedFields`, `status`. */
const outermost = /^(?:items\[\d+\]\.)*(?:(?:spec\.template\.)?metadata\.\w+|\w+)/;

/**
 * Puts all fields of an object that the cluster writes into one row, where the first of them stood: `managedFields`
 * alone has more than the whole rest of an export.
 */
export function clusterFieldsTogether(rows: readonly Row[]): Row[] {
  const isClusters = ({ verdict }: Row) => verdict.list === "replaced" && verdict.by === writtenByCluster;
  const groups = Map.groupBy(rows.filter(isClusters), ({ file, document, object }) =>
    [file, document, object].join("\n"),
  );
  const wholes = new Map<Row, Row>();
  for (const [first, ...others] of groups.values()) {
    if (first === undefined) continue;
    const fields = new Set([first, ...others].map(({ path }) => outermost.exec(path)?.[0] ?? path));
    const value = others.length === 0 ? first.value : `${others.length + 1} fields`;
    wholes.set(first, { ...first, path: others.length === 0 ? first.path : [...fields].join(", "), value });
  }
  return rows.flatMap((row) => (isClusters(row) ? (wholes.get(row) ?? []) : row));
}
