import { describe, expect, it } from "vitest";
import { markers, readLog } from "../../../delivery/gate/junit.ts";

const suite = `<?xml version="1.0"?>
<testsuites><testsuite name="a"><testcase name="pays"/><testcase name="refunds"><failure message="no"/></testcase></testsuite>
<testsuite name="b"><testcase name="later"><skipped/></testcase><testcase name="breaks"><error/></testcase></testsuite></testsuites>`;
const between = (text: string) => `${markers.begin}\n${text}\n${markers.end}`;

describe("a log", () => {
  it("gives its reports, their counts, and what is written around them", () => {
    const one = '<testsuite><testcase name="one"/></testsuite>';
    expect(readLog(`starts\r\n${between(suite)}\nbetween\n${between(one)}\nends`)).toEqual({
      reports: [`${suite}\n`, `${one}\n`],
      counts: { total: 5, failed: 2, skipped: 1 },
      problem: undefined,
      lines: ["starts", "between", "ends"],
    });
  });

  it("without a report has none, and that is no problem", () => {
    expect(readLog("all well")).toEqual({ reports: [], counts: undefined, problem: undefined, lines: ["all well"] });
  });

  it.each([
    ["a report that does not end", `${markers.begin}\n<testsuite>`, "the log ends within a report"],
    ["a report that is no XML", between("Tests run: 3"), "report 1 is no JUnit XML"],
    ["a report that is other XML", between("<html/>"), "report 1 is no JUnit XML"],
    ["a second report that is none", `${between(suite)}\n${between("<")}`, "report 2 is no JUnit XML"],
    [
      "a report that wants a file of the machine",
      between('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><testsuite>&b;</testsuite>'),
      "report 1 is no JUnit XML",
    ],
  ])("says so of %s", (_, log, problem) => {
    expect(readLog(log).problem).toBe(problem);
  });
});
