import { describe, expect, it } from "vitest";
import { wantedImages } from "../../../cli/promote/wantedImages.ts";
import { release, resolved } from "../../support/fixtures.ts";

const digest = `sha256:${"0f".repeat(32)}`;
const sites = [{ releases: { prometheus: release } }];

function wanted(name: string, ...stated: Parameters<typeof resolved>) {
  const { calls: _, ...service } = resolved(...stated);
  return wantedImages(name, { tag: "2.0.0", digest: undefined }, [service], sites);
}

describe("the images of a service", () => {
  it("are its own in the wanted release, under the repository that it states", () => {
    expect(wanted("receipts", { image: "documents/receipts" })).toEqual([
      { repository: "documents/receipts", tag: "2.0.0", digest: undefined },
    ]);
  });

  it("are those too that its description names by release, each once", () => {
    const tool = { image: "tools/flyway", release };
    const images = wanted("receipts", {
      initContainers: { check: { ...tool, args: ["info"] }, own: { command: ["true"] } },
      migration: { ...tool, command: ["flyway", "migrate"], phase: "expand" },
      verification: { image: "tests/receipts", release, command: ["run"] },
    });
    expect(images.slice(1)).toEqual([
      { repository: "tools/flyway", tag: "1.4.2", digest },
      { repository: "tests/receipts", tag: "1.4.2", digest },
    ]);
  });

  it("may be one that watches a site; anything else is unknown", () => {
    expect(wanted("prometheus")).toEqual([{ repository: "prometheus", tag: "2.0.0", digest: undefined }]);
    expect(() => wanted("promethus")).toThrow(/there is no service of this name.*did you mean "prometheus"/);
  });
});
