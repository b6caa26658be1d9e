import { describe, expect, it } from "vitest";
import { withVersion } from "../../../delivery/promotion/mavenMetadata.ts";

const coordinates = { groupId: "gov.tax", artifactId: "money", version: "1.4.0" };
const now = new Date("2026-11-26T19:05:07.123Z");

describe("maven-metadata.xml", () => {
  it("names the first version, and each that comes after it, once", () => {
    const first = withVersion(undefined, coordinates, now);
    expect(first).toContain("<release>1.4.0</release>");
    expect(first).toContain("<lastUpdated>20261126190507</lastUpdated>");
    const second = withVersion(first, { ...coordinates, version: "1.5.0" }, now);
    expect(second).toContain("<version>1.4.0</version>\n      <version>1.5.0</version>\n");
    expect(second).toContain("<latest>1.5.0</latest>");
    expect(withVersion(second, coordinates, now)).toBeUndefined();
  });

  it.each([
    "",
    "no XML",
    "<html/>",
    "<metadata><groupId>gov.customs</groupId><artifactId>money</artifactId></metadata>",
  ])("is not replaced where it is not of this artifact: %j", (text) => {
    expect(() => withVersion(text, coordinates, now)).toThrow(/is not that of gov.tax:money; correct or remove it/);
  });
});
