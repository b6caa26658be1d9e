import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { adoptService } from "../../../cli/adopt/adopt.ts";
import { renderInSites } from "../../../cli/adopt/fields/renderedObjects.ts";
import { quantity } from "../../../components/kubernetes/quantity.ts";
import { handWrittenArbitrary, harmlessText, siteArbitrary } from "../../support/arbitraries.ts";
import { allLeaves, legible, sites } from "./manifests.ts";

const [named] = sites;
const release = `1.4.2@sha256:${"0f".repeat(32)}`;

/** Objects with their quantities as numbers (`0.2` is `200m`) and without what Kubernetes takes where nothing is stated. */
function normalized(objects: unknown): unknown {
  return JSON.parse(
    JSON.stringify(objects, (key, value: unknown) => {
      if (["cpu", "memory", "sizeLimit", "storage"].includes(key) && typeof value === "string")
        return quantity(value).toFixed(6);
      return (key === "successThreshold" && value === 1) || (key === "initialDelaySeconds" && value === 0)
        ? undefined
        : value;
    }),
  );
}

describe("a random service, rendered and taken in", () => {
  it("has every field of every object carried over, and renders the same again", () => {
    fc.assert(
      fc.property(
        handWrittenArbitrary,
        siteArbitrary,
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}\.(yaml|xml)$/), harmlessText),
        (drawn, random, texts) => {
          if (named === undefined) throw new Error("no site");
          const service = legible(drawn);
          const site = { ...named, ...random };
          const templates = Object.fromEntries(
            Object.entries(texts).map(([file, text]) => [file, text.replaceAll(/[{}]/g, "")]),
          );
          const [original] = renderInSites(service, templates, release, [], [site]);
          const objects = [...Object.values(original?.objects ?? {}), ...Object.values(original?.claims ?? {})];
          const text = objects.map((manifest) => stringify(manifest, { version: "1.1" })).join("---\n");
          const adopted = adoptService(
            [{ file: "all.yaml", text }],
            { name: service.name, namespace: undefined, description: undefined, owner: undefined },
            { catalogue: [], sites: [site] },
          );
          const { rows, sites: again } = adopted.compare(adopted.service);
          expect(rows.filter(({ verdict }) => verdict.list !== "carried over")).toEqual([]);
          expect(rows.length).toBe(allLeaves([{ file: "all.yaml", text }]).length);
          expect(normalized(again)).toEqual(normalized([original]));
        },
      ),
      { numRuns: Number(process.env["LONG_PROPERTY_RUNS"] ?? 150) },
    );
  });
});
