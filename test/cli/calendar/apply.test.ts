import { expect, test } from "vitest";
import { planPeaks } from "../../../cli/calendar/apply.ts";
import { parseAt } from "../../../cli/calendar/instant.ts";
import type { Calendar } from "../../../delivery/calendar/index.ts";

const calendar: Calendar = {
  breakGlass: { vaultEntities: [], signers: [] },
  freezes: [],
  peaks: [
    {
      name: "payroll",
      reason: "wages are declared",
      start: "2027-03-20T00:00",
      end: "2027-03-26T00:00",
      deployBefore: "1d",
    },
    {
      name: "income-tax",
      reason: "most file in the last week",
      sites: ["dc1"],
      start: "2027-03-25T00:00",
      end: "2027-04-01T00:00",
      deployBefore: "2d",
    },
  ],
  sites: ["dc1", "dc2"].map((name) => ({ name, timeZone: "America/Lima" })),
};

const plan = (at: string, dc1: readonly string[], dc2: readonly string[]) =>
  planPeaks(
    calendar,
    [
      { name: "dc1", peaks: dc1 },
      { name: "dc2", peaks: dc2 },
    ],
    parseAt(at),
  );

test("peaks that last at the same time are a list, and only the file that is to change does", () => {
  const { changes, message } = plan("2027-03-24T00:00", ["payroll"], ["payroll"]);
  expect(changes).toEqual([{ site: "dc1", lines: [{ path: ["gemelos:peak"], value: ["payroll", "income-tax"] }] }]);
  expect(message).toBe("Raise replicas for the peak income-tax in dc1\n\nincome-tax: most file in the last week");
});

test("one commit raises and lowers", () => {
  const { changes, message, report } = plan("2027-03-26T00:00", ["payroll"], ["payroll"]);
  expect(changes.map(({ site, lines }) => [site, lines[0]?.value])).toEqual([
    ["dc1", "income-tax"],
    ["dc2", undefined],
  ]);
  expect(message).toMatch(
    /^Raise replicas for the peak income-tax, and lower replicas after the peak payroll in dc1 and dc2\n/,
  );
  expect(report).toBe(
    [
      "dc1: income-tax is due, from 2027-03-25 00:00 America/Lima, 05:00 UTC until 2027-04-01 00:00 America/Lima, 05:00 UTC: most file in the last week",
      "dc1: payroll is over",
      "dc2: payroll is over",
      "",
    ].join("\n"),
  );
});

test("a peak that comes again every year is said to, also while it is due and while it lasts", () => {
  const [, once] = calendar.peaks;
  if (once === undefined) throw new Error("there is no second peak");
  const { end: _, ...first } = once;
  const yearly = { ...calendar, peaks: [{ ...first, duration: "7d", rrule: "FREQ=YEARLY" }] };
  for (const at of ["2027-03-23T00:00", "2027-03-26T00:00"]) {
    expect(planPeaks(yearly, [{ name: "dc1", peaks: ["income-tax"] }], parseAt(at)).report).toBe(
      "dc1: its file says what it is to say (income-tax); income-tax is due 2028-03-23 00:00 America/Lima, 05:00 UTC\n",
    );
  }
});

test("where every file says what it is to say, nothing changes, and what comes next is told", () => {
  const { changes, report } = plan("2027-03-22T00:00", ["payroll"], ["payroll"]);
  expect(changes).toEqual([]);
  expect(report).toBe(
    [
      "dc1: its file says what it is to say (payroll); income-tax is due 2027-03-23 00:00 America/Lima, 05:00 UTC",
      "dc2: its file says what it is to say (payroll); no peak follows",
      "",
    ].join("\n"),
  );
});
