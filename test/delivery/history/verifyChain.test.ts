import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalLine, hashOf, seal } from "../../../delivery/history/seal.ts";
import { checkAnchors, compareCopies, readRecords, verifyChain } from "../../../delivery/history/verifyChain.ts";
import { chainOf, entries, entryOf, linesOfRecords } from "../../support/historyRecords.ts";

const chains = fc.array(entries, { minLength: 1, maxLength: 6 }).map((all) => chainOf("dc1", all));
const five = chainOf("dc1", [
  entryOf(),
  entryOf({ outcome: "started" }),
  entryOf(),
  entryOf({ kind: "hold" }),
  entryOf(),
]);
const without = <Item>(items: readonly Item[], index: number) => items.filter((_, each) => each !== index);
/** The record at an index, which is there. */
function recordAt(index: number) {
  const record = five[index];
  if (record === undefined) throw new Error(`there are ${five.length} records`);
  return record;
}

describe("a chain as it was recorded", () => {
  it("is whole, whatever was recorded", () => {
    fc.assert(
      fc.property(chains, (records) => {
        expect(readRecords("dc1", linesOfRecords(records))).toEqual({ records, problems: [] });
      }),
    );
  });

  it("may be empty", () => {
    expect(readRecords("dc1", [])).toEqual({ records: [], problems: [] });
  });
});

describe("whatever is done to the lines is found", () => {
  it("one character of one line is another one", () => {
    fc.assert(
      fc.property(
        chains,
        fc.nat(),
        fc.nat(),
        fc.string({ unit: "binary", maxLength: 2 }),
        (records, which, where, put) => {
          const lines = linesOfRecords(records);
          const index = which % lines.length;
          const line = lines[index] ?? "";
          const at = where % line.length;
          const edited = line.slice(0, at) + put + line.slice(at + 1);
          fc.pre(edited !== line);
          expect(readRecords("dc1", lines.with(index, edited)).problems).not.toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a line is taken out, anywhere but at the end", () => {
    fc.assert(
      fc.property(chains, fc.nat(), (records, which) => {
        fc.pre(records.length > 1);
        const index = which % (records.length - 1);
        const { problems } = readRecords("dc1", without(linesOfRecords(records), index));
        expect(problems).toContain(`record ${index + 1} is missing`);
      }),
    );
  });

  it("lines are in another order, or there twice", () => {
    fc.assert(
      fc.property(chains, fc.nat(), fc.nat(), (records, one, two) => {
        const lines = linesOfRecords(records);
        const line = lines[one % lines.length] ?? "";
        const place = two % (lines.length + 1);
        expect(readRecords("dc1", lines.toSpliced(place, 0, line)).problems).not.toEqual([]);
        const moved = without(lines, one % lines.length).toSpliced(place, 0, line);
        if (moved.join("\n") !== lines.join("\n")) expect(readRecords("dc1", moved).problems).not.toEqual([]);
      }),
    );
  });

  it("a record is replaced, and its hash with it", () => {
    fc.assert(
      fc.property(chains, entries, fc.nat(), (records, entry, which) => {
        fc.pre(records.length > 1);
        const index = which % (records.length - 1);
        const { id, time } = records[index] ?? { id: "", time: "" };
        const replaced = seal("dc1", records[index - 1], { ...entry, id, time });
        fc.pre(replaced.hash !== records[index]?.hash);
        expect(verifyChain("dc1", records.with(index, replaced))).toEqual([
          `record ${index + 2} does not follow record ${index + 1}: one of the two was replaced`,
        ]);
      }),
    );
  });
});

describe("each problem names its record", () => {
  it("a reason was edited", () => {
    const edited = { ...recordAt(2), why: "It was asked for" };
    expect(verifyChain("dc1", five.with(2, edited))).toEqual([
      "record 3 was edited: its hash is not that of its fields",
    ]);
  });

  it("several are missing", () => {
    expect(verifyChain("dc1", [recordAt(0), recordAt(4)])).toEqual(["records 2 to 4 are missing"]);
    expect(verifyChain("dc1", five.slice(2))).toEqual(["records 1 to 2 are missing"]);
  });

  it("two have the same number, as after two writers that did not see each other", () => {
    const other = seal("dc1", recordAt(2), {
      ...entryOf({ why: "another" }),
      id: crypto.randomUUID(),
      time: recordAt(3).time,
    });
    expect(verifyChain("dc1", five.toSpliced(4, 0, other))).toEqual([
      "record 4 is there twice",
      "record 5 does not follow record 4: one of the two was replaced",
    ]);
  });

  it("the file is another site's", () => {
    expect(verifyChain("dc2", five.slice(0, 1))).toEqual(["record 1 is of site dc1 and not of dc2"]);
  });

  it("the first one is a later one that was made to look like it", () => {
    const fields = { ...recordAt(4), sequence: 1 };
    expect(verifyChain("dc1", [{ ...fields, hash: hashOf(fields) }])).toEqual([
      "record 1 names a record before it, so it was not the first one",
    ]);
  });

  it.each([
    ["not JSON", "line 2 is no JSON: it was edited, or written by halves"],
    ['{"version":1}', "line 2 is no record"],
    ['{"version":2}', "line 2 was written by a newer version of this program; use that one"],
    ['{"why":"x",', "line 2 is no JSON"],
    ['{"why":["\\ud800"]}', "line 2 is no record: it was edited"],
  ])("a line is %s", (line, problem) => {
    expect(readRecords("dc1", linesOfRecords(five).with(1, line)).problems[0]).toContain(problem);
  });

  it("a line says the same in other letters", () => {
    const spaced = JSON.stringify(recordAt(1), null, 1).replaceAll("\n", "");
    const doubled = canonicalLine(recordAt(1)).replace('"commit"', '"why":"hidden","commit"');
    for (const line of [spaced, doubled]) {
      expect(readRecords("dc1", linesOfRecords(five).with(1, line)).problems[0]).toMatch(/^line 2 .*edited/);
    }
  });
});

describe("a cut end", () => {
  it("is found by the copy", () => {
    expect(compareCopies(five.slice(0, 3), five, "the other store")).toEqual([
      "records 4 to 5 are missing at the end; the copy in the other store has more",
    ]);
    expect(compareCopies([], five.slice(0, 1), "the other store")).toEqual([
      "record 1 is missing at the end; the copy in the other store has more",
    ]);
  });

  it("is none where the copy is behind", () => {
    expect(compareCopies(five, five.slice(0, 3), "the other store")).toEqual([]);
    expect(compareCopies(five, [], "the other store")).toEqual([]);
  });

  it("that was written anew is found by the copy, from the first record that is another one", () => {
    const anew = chainOf("dc1", [
      entryOf(),
      entryOf({ outcome: "started" }),
      entryOf({ why: "nothing" }),
      entryOf(),
      entryOf(),
    ]);
    expect(compareCopies(anew, five, "the other store")).toEqual(
      [3, 4, 5].map((sequence) => `record ${sequence} is another one in the copy in the other store`),
    );
  });

  it("is found by what the other site's records have seen", () => {
    const peer = { site: "dc1", sequence: 5, hash: recordAt(4).hash };
    const others = [seal("dc2", undefined, { ...entryOf(), id: crypto.randomUUID(), time: recordAt(4).time, peer })];
    expect(checkAnchors("dc1", five, others)).toEqual([]);
    expect(checkAnchors("dc1", five.slice(0, 4), others)).toEqual(["record 5 is missing: record 1 of dc2 has seen it"]);
    const anew = chainOf(
      "dc1",
      Array.from({ length: 5 }, () => entryOf({ why: "nothing" })),
    );
    expect(checkAnchors("dc1", anew, others)).toEqual([
      "record 5 is another one now: record 1 of dc2 has seen it with another hash",
    ]);
  });
});
