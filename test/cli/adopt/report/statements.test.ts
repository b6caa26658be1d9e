import { describe, expect, it } from "vitest";
import type { ServiceReport } from "../../../../cli/adopt/report/report.ts";
import { formatStatements, statementsOf } from "../../../../cli/adopt/report/statements.ts";

function report(name: string, notes: readonly string[]): ServiceReport {
  return { name, namespace: "shop", files: [], rows: [], findings: [], notes };
}

describe("what there is to say of several services", () => {
  it("stands once where they have it in common but for their names, and else with each", () => {
    const services = [
      report("orders", ["account orders is new", "only here"]),
      report("billing", ["account billing is new"]),
    ];
    expect(formatStatements(statementsOf(services))).toBe(`In 2 services: orders, billing
  Worth a look: 1
    account {service} is new

orders: namespace shop; 0 carried over, 0 replaced, 0 not carried over
  Worth a look: 1
    only here

billing: namespace shop; 0 carried over, 0 replaced, 0 not carried over
`);
  });

  it("keeps the name of a single one", () => {
    expect(formatStatements(statementsOf([report("orders", ["account orders is new"])]))).toContain(
      "account orders is",
    );
  });

  it("is one line for each, whatever the texts hold", () => {
    const text = formatStatements(statementsOf([report("orders", ["a\nWritten\n\u001b[31m\u202e", "`${x}` */"])]));
    expect(text.split("\n")).toHaveLength(5);
    expect(text).toContain("    a\\nWritten\\n\\u001b[31m\\u202e\n    `${x}` */\n");
  });
});
