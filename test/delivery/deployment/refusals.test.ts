import { describe, expect, it } from "vitest";
import { type Findings, refusalsOf } from "../../../delivery/deployment/refusals.ts";
import { commitA, commitB, deliveryRecord } from "../../support/deliveryRecords.ts";

const fine: Findings = {
  site: "dc2",
  commit: commitA,
  changedFiles: [],
  planVariables: [],
  order: ["dc1", "dc2"],
  histories: new Map([
    ["dc1", [deliveryRecord(1)]],
    ["dc2", []],
  ]),
  unreadHistories: [],
  freeze: undefined,
  untimely: [],
  problems: [],
};
const stated = { isRollback: false };
const messages = (findings: Partial<Findings>, more: Partial<Parameters<typeof refusalsOf>[1]> = {}) =>
  refusalsOf({ ...fine, ...findings }, { ...stated, ...more }).map(({ message }) => message);

describe("refusalsOf", () => {
  it("lets a commit through that dc1 has verified", () => {
    expect(messages({})).toEqual([]);
  });

  it("says everything at once, and what is bad input before the rest", () => {
    const refusals = refusalsOf(
      {
        ...fine,
        ...{ changedFiles: ["site.ts"], planVariables: ["bamboo_repository_pr_key"], freeze: "dc2 is frozen" },
        ...{ untimely: ["a peak is due"], problems: ["a secret is missing"], histories: new Map() },
      },
      stated,
    );
    expect(refusals.map(({ isBadInput }) => isBadInput)).toEqual([true, false, false, false, false, false]);
    expect(refusals.map(({ message }) => message).join("\n")).toMatch(
      /a secret is missing[\s\S]*bamboo_repository_pr_key[\s\S]*site\.ts[\s\S]*dc1 comes before dc2[\s\S]*dc2 is frozen[\s\S]*a peak is due/,
    );
  });

  it("names ten of many changed files", () => {
    const [message = ""] = messages({ changedFiles: Array.from({ length: 14 }, (_, index) => `file${index}`) });
    expect(message).toContain("file9");
    expect(message).not.toContain("file10");
    expect(message).toContain("and 4 more");
  });
});

describe("the order of the sites", () => {
  const failed = new Map([["dc1", [deliveryRecord(1, { outcome: "failed" })]]]);

  it("keeps dc2 waiting until dc1 has verified this commit, and no other", () => {
    expect(messages({ histories: failed })[0]).toContain("dc1 comes before dc2 and has not verified commit aaaaaaaaaa");
    expect(messages({ commit: commitB })[0]).toContain("has not verified commit bbbbbbbbbb");
  });

  it("is that of the settings", () => {
    expect(messages({ histories: failed, order: ["dc2", "dc1"] })).toEqual([]);
  });

  it("says what to do where dc1 is lost, and lets it through once that is stated", () => {
    const unread = { histories: new Map(), unreadHistories: [{ site: "dc1", reason: "no store answers" }] };
    expect(messages(unread)[0]).toMatch(/is not known.*no store answers.*--site-lost/);
    expect(messages(unread, { siteLost: "flood in dc1" })).toEqual([]);
  });

  it("refuses a lost site where none comes before this one, or where the text begins with this one", () => {
    const first = refusalsOf({ ...fine, site: "dc1" }, { ...stated, siteLost: "dc2: a flood" });
    expect(first).toEqual([
      {
        message: expect.stringMatching(/^--site-lost: no site comes before dc1 \(order: dc1, dc2\)/),
        isBadInput: true,
      },
    ]);
    expect(messages({ histories: failed }, { siteLost: "dc2: a flood" })[0]).toMatch(
      /^--site-lost: its reason names dc2, and the sites before dc2 are meant: dc1/,
    );
    expect(messages({ histories: failed }, { siteLost: "dc1: a flood" })).toEqual([]);
  });

  it.each(["dc9: a flood", "DC9: a flood", "dc9 : a flood"])(
    "refuses %s, which is no site, and names the sites",
    (text) => {
      expect(refusalsOf({ ...fine, histories: failed }, { ...stated, siteLost: text })).toEqual([
        {
          message:
            '--site-lost: its reason names dc9, which is no site; the sites before dc2 are dc1; say what happened there: --site-lost "dc1: flood"',
          isBadInput: true,
        },
      ]);
    },
  );

  it.each(["DC1: a flood", "https://status.example says that dc1 is away", "a flood: dc1 is under water"])(
    "takes %s for a reason",
    (text) => expect(messages({ histories: failed }, { siteLost: text })).toEqual([]),
  );

  it("remembers for which commit that was stated", () => {
    const lost = deliveryRecord(1, { kind: "site-lost", outcome: "completed", lost: "dc1" });
    const histories = new Map([["dc2", [lost]]]);
    expect(messages({ histories })).toEqual([]);
    expect(messages({ histories, commit: commitB })).toHaveLength(1);
  });
});

describe("a hold", () => {
  const held = [deliveryRecord(1), deliveryRecord(2, { kind: "hold", outcome: "completed", why: "lost declarations" })];
  const histories = new Map([["dc1", held]]);

  it("of any site keeps the commit out of all, until it is released or a newer one comes", () => {
    expect(messages({ histories })[0]).toMatch(/is held since .* dc1 was rolled back \(lost declarations\)/);
    expect(messages({ histories }, { releaseHold: "it was the network" })).toEqual([]);
    const released = [...held, deliveryRecord(3, { kind: "hold-release", outcome: "completed" })];
    expect(messages({ histories: new Map([["dc1", released]]) })).toEqual([]);
  });
});

describe("a rollback", () => {
  it("passes a freeze, the order of sites and peaks, and nothing else", () => {
    const findings = { histories: new Map(), freeze: "dc2 is frozen", untimely: ["a peak is due"] };
    expect(messages(findings, { isRollback: true })).toEqual([]);
    expect(messages({ ...findings, changedFiles: ["x"], problems: ["y"] }, { isRollback: true })).toHaveLength(2);
  });
});
