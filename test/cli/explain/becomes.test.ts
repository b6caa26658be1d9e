import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DocumentedField } from "../../../cli/explain/documentedField.ts";
import type { Becomes, ExplainedField } from "../../../cli/explain/findFields.ts";
import { becomes } from "../../support/becomes.ts";

const fields: Record<ExplainedField["of"], DocumentedField[]> = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../../cli/explain/fields.json`, "utf8"),
);

/** What each field becomes. One that means something only together with others becomes what the map around it does. */
async function all(of: ExplainedField["of"]): Promise<Record<string, readonly Becomes[]>> {
  const found = new Map<string, readonly Becomes[]>();
  for (const field of fields[of]) {
    const around = [...found.keys()].filter(
      (path) => /^[.[]/.test(field.path.slice(path.length)) && field.path.startsWith(path),
    );
    const parent = found.get(around.at(-1) ?? "") ?? [];
    found.set(field.path, (await becomes(of, field, fields[of])) ?? parent);
  }
  return Object.fromEntries(found);
}

describe("what a field becomes", () => {
  it("is what rendering with it and without it, or with another value, differs in", async () => {
    const found = { service: await all("service"), site: await all("site") };
    const text = `${JSON.stringify(found, null, 1)}\n`;
    const remedy = "objects or fields have changed: run this test once more with -u, and look at the difference";
    await expect(text, remedy).toMatchFileSnapshot("../../../cli/explain/becomes.json");
    const kinds = (path: string) => found.service[path]?.map(({ kind, change }) => `${kind} ${change}`);
    expect(kinds("exposure")).toContain("Ingress made");
    expect(kinds("paused")).toContain("HorizontalPodAutoscaler removed");
    expect(kinds("calls")).toContain("NetworkPolicy of another service changed");
  }, 600_000);
});
