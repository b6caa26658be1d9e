import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { calendarSchema } from "../../../delivery/calendar/schema.ts";
import { documentedFields } from "../../support/documentedFields.ts";
import { dataFileSchema } from "../../support/siteFileSchema.ts";

const project = join(import.meta.dirname, "../../..");
const remedy = "the comments or the schema have changed: run this test once more with -u, and look at the difference";

test("what an editor knows of the calendar is what validates it, with the comments", async () => {
  const fields = documentedFields(join(project, "delivery/calendar/calendar.ts"), "Calendar", []);
  const file = {
    title: "calendar.yaml",
    description: "When no site may be changed, and when services need more replicas.",
  };
  const schema = dataFileSchema(file, calendarSchema([]), fields);
  await expect(`${JSON.stringify(schema, null, 1)}\n`, remedy).toMatchFileSnapshot(
    join(project, "calendar.schema.json"),
  );
  const descriptions = JSON.stringify(schema).match(/"description":/g) ?? [];
  expect(descriptions.length).toBeGreaterThan(20);
});

test("the calendar names that schema", () => {
  expect(readFileSync(join(project, "calendar.yaml"), "utf8")).toMatch(
    /^# yaml-language-server: \$schema=calendar\.schema\.json\n/,
  );
});
