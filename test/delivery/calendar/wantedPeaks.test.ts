import { expect, test } from "vitest";
import type { Calendar } from "../../../delivery/calendar/calendar.ts";
import { wantedPeaks } from "../../../delivery/calendar/wantedPeaks.ts";

const reason = "most file in the last week";
const calendar: Calendar = {
  breakGlass: { vaultEntities: [], signers: [] },
  freezes: [{ name: "deadline", reason, start: "2027-03-24T00:00", end: "2027-04-02T00:00" }],
  peaks: [
    { name: "payroll", reason, start: "2027-03-20T00:00", end: "2027-03-22T12:00", deployBefore: "1d" },
    { name: "income-tax", reason, start: "2027-03-25T00:00", end: "2027-04-01T00:00", deployBefore: "2d" },
  ],
  sites: [{ name: "dc1", timeZone: "UTC" }],
};

/** What the file is to say, what is raised, what is lowered. */
function said(instant: string, ...stated: string[]): readonly (readonly string[])[] {
  const { wanted, raise, lower } = wantedPeaks(calendar, "dc1", new Date(instant), stated);
  return [wanted, raise.map(({ peak }) => peak.name), lower];
}

test.each<[string, readonly string[], readonly (readonly string[])[]]>([
  ["2027-03-18T23:59Z", [], [[], [], []]],
  ["2027-03-19T00:00Z", [], [["payroll"], ["payroll"], []]],
  ["2027-03-19T00:00Z", ["payroll"], [["payroll"], [], []]],
  // The second is due while the first lasts.
  ["2027-03-22T00:00Z", ["payroll"], [["payroll", "income-tax"], ["income-tax"], []]],
  ["2027-03-22T12:00Z", ["payroll", "income-tax"], [["income-tax"], [], ["payroll"]]],
  // In the freeze nothing is lowered, and what was forgotten is still due.
  ["2027-04-01T12:00Z", ["income-tax"], [["income-tax"], [], []]],
  ["2027-03-26T00:00Z", [], [["income-tax"], ["income-tax"], []]],
  ["2027-04-02T00:00Z", ["income-tax"], [[], [], ["income-tax"]]],
  // A peak that the calendar has not is removed in a freeze, too: nothing would render with it.
  ["2027-03-30T00:00Z", ["income-tax", "gone"], [["income-tax"], [], ["gone"]]],
])("at %s a file that says %j is to say, to raise and to lower %j", (instant, stated, expected) => {
  expect(said(instant, ...stated)).toEqual(expected);
});
