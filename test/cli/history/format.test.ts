import { describe, expect, it } from "vitest";
import { formatHistories, formatHistoriesJson, formatVerified } from "../../../cli/history/format.ts";
import { changesOf, type ReadHistory } from "../../../cli/history/readHistories.ts";
import type { HistoryRecord } from "../../../delivery/history/index.ts";
import { chainOf, commitOf, entryOf, releaseOf } from "../../support/historyRecords.ts";

const releases = { notifications: releaseOf("1.9.4", "1"), receipts: releaseOf("2.0.7", "2") };
const newer = { ...releases, receipts: releaseOf("2.0.8", "3") };
const gate = {
  state: "fail",
  conditions: [
    { name: "receipts answers", state: "fail" },
    { name: "no alert", state: "pass" },
  ],
} as const;
const ana = { kind: "commit-signer", signer: "ana@tax.example", fingerprint: "SHA256:abc" } as const;
const records = chainOf("dc1", [
  entryOf({ releases, outcome: "started" }),
  entryOf({ releases, started: 1, plan: "5".repeat(64) }),
  entryOf({
    releases: newer,
    commit: commitOf("b"),
    outcome: "started",
    freeze: "Annual return",
    why: "Receipts are lost",
  }),
  entryOf({ releases: newer, commit: commitOf("b"), outcome: "failed", started: 3, gate }),
  entryOf({ releases, kind: "rollback", who: ana, why: "Receipts do not answer", service: "receipts" }),
  entryOf({
    releases: newer,
    commit: commitOf("b"),
    kind: "hold",
    outcome: "completed",
    who: ana,
    why: "Receipts do not answer",
  }),
  entryOf({ releases, kind: "site-lost", outcome: "completed", lost: "dc2", who: ana, why: "The room is on fire" }),
]);
const read = (changes: Partial<ReadHistory> = {}): ReadHistory => ({
  ...{ site: "dc1", timeZone: "America/Lima", place: "the branch gemelos-history of origin" },
  ...{ records, shown: records, problems: [], notes: [], unreached: undefined, ...changes },
});

describe("the history as a table", () => {
  it("has who, what, when in the site's time and UTC, why, and what changed", () => {
    expect(formatHistories([read()], undefined, "table")).toMatchSnapshot();
  });

  it("has every digest, the plan and what the gate said where it is wide", () => {
    const wide = formatHistories([read()], undefined, "wide");
    for (const part of [
      releaseOf("2.0.8", "3"),
      "5".repeat(64),
      "receipts answers: fail",
      "Annual return",
      commitOf("b"),
    ]) {
      expect(wide).toContain(part);
    }
    expect(wide).not.toContain("no alert");
  });

  it("fits a terminal, and lists under each other what does not", () => {
    const lines = formatHistories([read()], 80, "table").split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("has no column twice for a site without a time zone, and no table without a record", () => {
    expect(formatHistories([read({ timeZone: "UTC" })], undefined, "table").split("\n")[2]).toMatch(/^# +UTC +what/);
    expect(formatHistories([read({ records: [], shown: [] })], undefined, "table")).toBe(
      "dc1: 0 records in the branch gemelos-history of origin\n",
    );
  });

  it("says how many of all are shown, what is wrong, and what else is to be known", () => {
    const text = formatHistories(
      [read({ shown: records.slice(0, 1), problems: ["record 3 is missing"], notes: ["a store\n  is away"] })],
      undefined,
      "table",
    );
    expect(text).toContain("dc1: 1 of 7 records in");
    expect(text).toMatch(
      /is not what was recorded \(docs\/delivery\.md, The history, says what to do\):\n {2}record 3 is missing\nnote: a store\n {2}is away\n$/,
    );
  });

  it("shows nothing that acts on the terminal", () => {
    const [evil] = chainOf("dc1", [entryOf({ why: "\u001b[2Jgone" })]);
    const shown = evil === undefined ? [] : [evil];
    expect(formatHistories([read({ records: shown, shown })], undefined, "table")).not.toContain("\u001b");
  });
});

it("whether it is what was recorded is said in one line, with the newest hash", () => {
  expect(formatVerified([read()], undefined)).toBe(
    `dc1: the history in the branch gemelos-history of origin is what was recorded: 7 records, the newest with hash ${records[6]?.hash}\n`,
  );
  expect(formatVerified([read({ problems: ["record 3 is missing"] })], undefined)).toMatch(
    /is NOT what was recorded[\s\S]*\n {2}record 3 is missing\n/,
  );
});

it("a verification says first which store was not reached, and what alone was looked at", () => {
  const unreached = { place: "the bucket history of dc1", isOwn: true };
  const place = "the bucket history of dc2";
  expect(formatVerified([read({ place, unreached })], undefined)).toMatch(
    /^dc1: the history was NOT verified: the bucket history of dc1 was not reached, and only the copy in the bucket history of dc2 was looked at, which is what was recorded: 7 records/,
  );
  expect(formatVerified([read({ unreached: { ...unreached, isOwn: false } })], undefined)).toMatch(
    /^dc1: the history in the branch gemelos-history of origin is what was recorded as far as it shows by itself, since the bucket history of dc1 was NOT reached: 7 records/,
  );
  expect(formatVerified([read({ place, unreached, problems: ["record 3 is missing"] })], undefined)).toMatch(
    /was not reached, and only the copy in .* was looked at, which is NOT what was recorded/,
  );
});

it("JSON has the records as they were recorded", () => {
  const { sites } = JSON.parse(
    formatHistoriesJson([read({ shown: records.slice(1, 2), problems: ["record 3 is missing"] })]),
  );
  expect(sites).toEqual([
    {
      ...{ site: "dc1", place: "the branch gemelos-history of origin", timeZone: "America/Lima" },
      isWhole: false,
      problems: ["record 3 is missing"],
      notes: [],
      unreached: null,
      records: [records[1]],
    },
  ]);
});

describe("the records of one service", () => {
  const numbers = (service: string, all: readonly HistoryRecord[] = records) =>
    changesOf(service, all).map(({ sequence }) => sequence);

  it("are those that changed its release, with their ends", () => {
    // A rollback of this service alone counts although the release is the one that was verified last.
    expect(numbers("receipts")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(numbers("notifications")).toEqual([1, 2]);
    expect(numbers("unknown")).toEqual([]);
  });
});
