import { expect, test } from "vitest";
import { formatNext, formatStatus } from "../../../cli/calendar/format.ts";
import { parseAt } from "../../../cli/calendar/instant.ts";
import { calendarStatus } from "../../../cli/calendar/report.ts";
import type { Calendar } from "../../../delivery/calendar/index.ts";

const calendar: Calendar = {
  breakGlass: { vaultEntities: [], signers: [] },
  freezes: [
    {
      name: "deadline",
      reason: "the last days to file",
      start: "2027-03-24T00:00",
      duration: "8d",
      rrule: "FREQ=YEARLY",
    },
    { name: "year-end", reason: "the books are closed", sites: ["dc2"], start: "2027-12-23T15:00", duration: "10d" },
  ],
  peaks: [
    {
      name: "income-tax",
      reason: "most file in the last week",
      start: "2027-03-25T00:00",
      end: "2027-04-01T00:00",
      deployBefore: "2d",
      minReplicas: { "card-payments": 4, receipts: 6 },
      maxReplicas: { "card-payments": 8 },
    },
  ],
  sites: [
    { name: "dc1", timeZone: "America/Lima" },
    { name: "dc2", timeZone: "UTC" },
  ],
};

const statusAt = (at: string) => calendarStatus(calendar, calendar.sites, parseAt(at));

test("before, in and after a freeze a person reads what holds, until when and why", () => {
  expect(formatStatus(statusAt("2027-03-20T08:00"))).toMatchInlineSnapshot(`
    "dc1 at 2027-03-20 08:00 America/Lima, 13:00 UTC
      not frozen, until 2027-03-24 00:00 America/Lima, 05:00 UTC (deadline)
      no peak is due

    dc2 at 2027-03-20 08:00 UTC
      not frozen, until 2027-03-24 00:00 UTC (deadline)
      no peak is due
    "
  `);
  expect(formatStatus(statusAt("2027-03-22T08:00"))).toMatchInlineSnapshot(`
    "dc1 at 2027-03-22 08:00 America/Lima, 13:00 UTC
      not frozen, until 2027-03-24 00:00 America/Lima, 05:00 UTC (deadline)
      peak income-tax is due, and begins 2027-03-25 00:00 America/Lima, 05:00 UTC: card-payments at least 4, at most 8; receipts at least 6
        most file in the last week
      its file names no peak (gemelos:peak); npm run calendar -- apply puts that right

    dc2 at 2027-03-22 08:00 UTC
      not frozen, until 2027-03-24 00:00 UTC (deadline)
      peak income-tax is due, and begins 2027-03-25 00:00 UTC: card-payments at least 4, at most 8; receipts at least 6
        most file in the last week
      its file names no peak (gemelos:peak); npm run calendar -- apply puts that right
    "
  `);
  expect(formatStatus(statusAt("2027-03-26T08:00Z"))).toMatchInlineSnapshot(`
    "dc1 at 2027-03-26 03:00 America/Lima, 08:00 UTC
      frozen since 2027-03-24 00:00 America/Lima, 05:00 UTC, until 2027-04-01 00:00 America/Lima, 05:00 UTC
        deadline: the last days to file
      peak income-tax lasts until 2027-04-01 00:00 America/Lima, 05:00 UTC: card-payments at least 4, at most 8; receipts at least 6
        most file in the last week
      its file names no peak (gemelos:peak); npm run calendar -- apply puts that right

    dc2 at 2027-03-26 08:00 UTC
      frozen since 2027-03-24 00:00 UTC, until 2027-04-01 00:00 UTC
        deadline: the last days to file
      peak income-tax lasts until 2027-04-01 00:00 UTC: card-payments at least 4, at most 8; receipts at least 6
        most file in the last week
      its file names no peak (gemelos:peak); npm run calendar -- apply puts that right
    "
  `);
});

test("what begins and ends next is a table", () => {
  expect(formatNext(statusAt("2027-03-26T08:00Z"), undefined)).toMatchInlineSnapshot(`
    "site  what    name        state     begins                                    ends
    dc1   freeze  deadline    in force  2027-03-24 00:00 America/Lima, 05:00 UTC  2027-04-01 00:00 America/Lima, 05:00 UTC
    dc1   peak    income-tax  in force  2027-03-25 00:00 America/Lima, 05:00 UTC  2027-04-01 00:00 America/Lima, 05:00 UTC
    dc1   freeze  deadline    next      2028-03-24 00:00 America/Lima, 05:00 UTC  2028-04-01 00:00 America/Lima, 05:00 UTC
    dc2   freeze  deadline    in force  2027-03-24 00:00 UTC                      2027-04-01 00:00 UTC
    dc2   peak    income-tax  in force  2027-03-25 00:00 UTC                      2027-04-01 00:00 UTC
    dc2   freeze  year-end    next      2027-12-23 15:00 UTC                      2028-01-02 15:00 UTC
    dc2   freeze  deadline    next      2028-03-24 00:00 UTC                      2028-04-01 00:00 UTC
    "
  `);
  const empty = { ...calendar, freezes: [], peaks: [] };
  expect(formatNext(calendarStatus(empty, empty.sites, parseAt("2027-03-26T08:00Z")), undefined)).toMatch(
    /^calendar.yaml has no/,
  );
});

test("--at without an offset is what the clocks of each site show", () => {
  const [lima, utc] = statusAt("2027-03-24T00:00").map(({ at }) => at.toISOString());
  expect([lima, utc]).toEqual(["2027-03-24T05:00:00.000Z", "2027-03-24T00:00:00.000Z"]);
  expect(statusAt("2027-03-24T00:00-05:00").map(({ frozen }) => frozen !== null)).toEqual([true, true]);
  expect(statusAt("2027-03-23T23:59-05:00").map(({ frozen }) => frozen !== null)).toEqual([false, true]);
});

test.each(["tomorrow", "2027-02-29T08:00", "2027-03-24", "2027-03-24T08:00+99:00", "2027-02-29T08:00Z", ""])(
  "--at %s is refused",
  (text) => {
    expect(() => parseAt(text)).toThrow("--at: must be a time");
  },
);
