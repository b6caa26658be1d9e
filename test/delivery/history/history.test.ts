import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { historyOf } from "../../../delivery/history/history.ts";
import { BrokenHistoryError, type History, KeptEntryError } from "../../../delivery/history/index.ts";
import { KeptEntries } from "../../../delivery/history/keptEntries.ts";
import { chainOf, entries, entryOf, linesOfRecords } from "../../support/historyRecords.ts";
import { type Fault, MemoryStore } from "../../support/memoryStore.ts";

const state = mkdtempSync(join(tmpdir(), "gemelos-history-"));
afterAll(() => rmSync(state, { recursive: true }));
let machines = 0;

/** A history in two stores, on a machine that has kept nothing yet. */
function make(own = new MemoryStore("one"), other = new MemoryStore("two"), notes: string[] = []) {
  const kept = new KeptEntries("dc1", own.place, join(state, String(machines++)));
  let seconds = 0;
  const open = (): History =>
    historyOf({
      ...{ site: "dc1", store: own, peer: { site: "dc2", store: other }, kept },
      ...{ onNote: (note: string) => notes.push(note), environment: {} },
      now: () => new Date(Date.UTC(2026, 10, 26, 12, 0, seconds++)),
    });
  return { own, other, kept, notes, history: open(), open };
}

const faults = fc.constantFrom<Fault>("before", "after", "race", undefined);

describe("whatever a store does", () => {
  it("every entry is recorded once, in the order in which it came, and both stores have it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(entries, fc.array(faults, { maxLength: 3 }), fc.array(faults, { maxLength: 2 })), {
          minLength: 1,
          maxLength: 6,
        }),
        async (all) => {
          const { own, other, history, kept } = make();
          const reasons: string[] = [];
          for (const [index, [entry, ownFaults, otherFaults]] of all.entries()) {
            [own.faults, other.faults] = [[...ownFaults], [...otherFaults]];
            const why = `entry ${index}`;
            reasons.push(why);
            await history.append({ ...entry, why }).catch((error: unknown) => {
              if (!(error instanceof KeptEntryError)) throw error;
            });
          }
          [own.faults, other.faults] = [[], []];
          reasons.push("last");
          await history.append(entryOf({ why: "last" }));
          expect((await history.records()).map(({ why }) => why)).toEqual(reasons);
          expect(other.histories).toEqual(own.histories);
          expect(kept.read()).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("what a killed process had already sent is not recorded again", async () => {
    const { own, history, kept } = make();
    own.faults = ["after"];
    await expect(history.append(entryOf({ why: "sent" }))).rejects.toThrow(KeptEntryError);
    expect(kept.read()).toHaveLength(1);
    expect(await history.appendKept()).toBe(1);
    expect((await history.records()).map(({ why }) => why)).toEqual(["sent"]);
  });
});

describe("an entry that comes late", () => {
  it("has the time when it happened, and when it was recorded", async () => {
    const { own, other } = make();
    const kept = new KeptEntries("dc1", own.place, join(state, String(machines++)));
    let now = new Date("2026-11-26T12:00:00.000Z");
    const history = historyOf({
      ...{ site: "dc1", store: own, peer: { site: "dc2", store: other }, kept },
      ...{ onNote: () => undefined, environment: {}, now: () => now },
    });
    own.isAway = true;
    await expect(history.append(entryOf())).rejects.toThrow(KeptEntryError);
    own.isAway = false;
    now = new Date("2026-11-26T14:00:00.000Z");
    const second = await history.append(entryOf());
    const [first] = await history.records();
    expect([first?.time, first?.appended]).toEqual(["2026-11-26T12:00:00.000Z", "2026-11-26T14:00:00.000Z"]);
    expect([second.time, second.appended]).toEqual(["2026-11-26T14:00:00.000Z", undefined]);
  });

  it("is told by name where somebody has spoilt the file that keeps it", async () => {
    const { own, history, kept } = make();
    own.isAway = true;
    await expect(history.append(entryOf())).rejects.toThrow(KeptEntryError);
    writeFileSync(kept.file, "spoilt\n");
    await expect(history.appendKept()).rejects.toThrow(`line 1 of ${kept.file} is no entry of the history; correct it`);
  });
});

it("one store for both sites is said to whoever verifies, and not at each deployment", async () => {
  const both = new MemoryStore("one");
  const { history, notes } = make(both, both);
  await history.append(entryOf());
  await history.records();
  expect(notes).toEqual([]);
  expect((await history.verify()).notes).toEqual([expect.stringContaining("dc1 and dc2 have one store")]);
});

describe("what vouches for the other site", () => {
  it("is its newest record, and none of a history that is broken", async () => {
    const { own, other, history } = make();
    const theirs = chainOf("dc2", [entryOf(), entryOf()]);
    other.histories.set("dc2", linesOfRecords(theirs));
    expect((await history.append(entryOf())).peer).toEqual({ site: "dc2", sequence: 2, hash: theirs[1]?.hash });
    other.histories.set("dc2", linesOfRecords(theirs).slice(1));
    expect((await history.append(entryOf())).peer).toBeUndefined();
    expect(own.histories.get("dc1")).toHaveLength(2);
  });
});

describe("a broken history", () => {
  it("is told whole, with what to read, and takes no further record", async () => {
    const { own, history } = make();
    for (const why of ["one", "two", "three"]) await history.append(entryOf({ why }));
    const lines = own.histories.get("dc1") ?? [];
    own.histories.set("dc1", lines.with(0, (lines[0] ?? "").replace("one", "ONE")).toSpliced(1, 1));
    const error = await history.records().then(String, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BrokenHistoryError);
    expect(String(error)).toMatch(
      /docs\/delivery\.md, The history\):\n {2}record 1 was edited.*\n {2}record 2 is missing/s,
    );
    await expect(history.append(entryOf())).rejects.toThrow(KeptEntryError);
    expect(own.histories.get("dc1")).toHaveLength(2);
    await expect(history.restore()).rejects.toThrow("is not just cut at its end, so a person has to see what happened");
  });
});
