import { expect, it } from "vitest";
import { historyWarnings } from "../../../cli/render/historyWarnings.ts";
import type { Site } from "../../../components/siteData.ts";
import type { SiteHistory } from "../../../components/siteHistory.ts";
import { readSites } from "../../../recorder/readSites.ts";

const [site] = await readSites(["dc1"]);
if (site === undefined) throw new Error("the example site is missing");

const named = (name: string, history?: SiteHistory): Site => ({
  ...site,
  name,
  ...(history === undefined ? {} : { history }),
});
const warnings = (one?: SiteHistory, two?: SiteHistory) => {
  const both = [named("dc1", one), named("dc2", two)];
  return both.flatMap((each) => historyWarnings(each, both));
};

it("two sites that state nothing, or two places, or one of them, are right", () => {
  const git = { kind: "git", url: "/srv/git/history.git" } as const;
  expect(warnings()).toEqual([]);
  expect(warnings(git)).toEqual([]);
  expect(warnings(git, { ...git, url: "/srv/git/other.git" })).toEqual([]);
  expect(warnings(git, { ...git, branch: "of-dc2" })).toEqual([]);
  expect(warnings(git, { kind: "s3", endpoint: "https://s3.dc2.tax.example", bucket: "gemelos-history" })).toEqual([]);
});

it.each([
  [{ kind: "git" }, { kind: "git", branch: "gemelos-history" }, "the branch gemelos-history of origin"],
  [
    { kind: "s3", endpoint: "https://s3.tax.example", bucket: "gemelos-history" },
    { kind: "s3", endpoint: "https://s3.tax.example/", bucket: "gemelos-history", region: "dc2" },
    "the bucket gemelos-history of https://s3.tax.example",
  ],
] as const)("one place for two sites is warned of, in both: %j", (one, two, place) => {
  const [first, second] = warnings(one, two);
  expect(first).toContain(`dc1 and dc2 keep their histories in ${place}: it is gone, or changed, for both at once`);
  expect(second).toBe(first);
});
