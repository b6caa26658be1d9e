import { expect, test } from "vitest";
import { renderAlone, renderInSites } from "../../../../cli/adopt/fields/renderedObjects.ts";
import { scaffold } from "../../../../cli/adopt/writing/scaffold.ts";
import { readSites } from "../../../../recorder/readSites.ts";

const sites = await readSites(["dc1", "dc2"]);
const made = scaffold({ name: "refunds", namespace: undefined, description: undefined, owner: undefined });

test("a service is rendered for sites that watch themselves, whose monitoring has releases of its own", () => {
  const unreleased = sites.map((site) => ({ ...site, releases: {} }));
  const alone = renderAlone(made, sites);
  expect(alone.map(({ site }) => site)).toEqual(["dc1", "dc2"]);
  expect(renderInSites(made.service, made.templates, made.release, [], unreleased)).toEqual(alone);
});
