import { compareText } from "../../components/diagnostic.ts";
import type { DeploymentReport } from "./report.ts";

/**
 * What a plan would change, for a person: created resources as a number a component, all other changes resource by resource with
 * the fields that differ, and no value.
 */
export function planLines(report: Pick<DeploymentReport, "changes" | "componentOf">): readonly string[] {
  const byComponent = Map.groupBy(report.changes, ({ urn }) => report.componentOf(urn));
  return [...byComponent]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([component, changes]) => {
      const created = changes.filter(({ operation }) => operation === "create").length;
      const others = changes.filter(({ operation }) => operation !== "create");
      return [
        ...(created === 0 ? [] : [`${component}: create ${created === 1 ? "1 object" : `${created} objects`}`]),
        ...others.map(({ operation, name, fields }) =>
          `${component}: ${operation} ${name} ${fields.join(", ")}`.trimEnd(),
        ),
      ];
    });
}
