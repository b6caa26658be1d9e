import { describe, expect, it } from "vitest";
import {
  artifactFolder,
  fileName,
  parseCoordinates,
  versionFolder,
} from "../../../delivery/promotion/mavenCoordinates.ts";

describe("the name of a library", () => {
  it("says where it is in a repository", () => {
    const coordinates = parseCoordinates("gov.tax:money-core:1.4.0+7");
    expect(coordinates).toEqual({ groupId: "gov.tax", artifactId: "money-core", version: "1.4.0+7" });
    expect(artifactFolder(coordinates)).toBe("gov/tax/money-core/");
    expect(versionFolder(coordinates)).toBe("gov/tax/money-core/1.4.0+7/");
    expect(fileName(coordinates, "-sources.jar")).toBe("money-core-1.4.0+7-sources.jar");
  });

  it.each(["a:b:1-SNAPSHOT", "a:b:1-snapshot", "a:b:SNAPSHOT"])("is no snapshot: %s", (text) => {
    expect(() => parseCoordinates(text)).toThrow(/a snapshot is built anew.*deploy a version without -SNAPSHOT/);
  });

  it.each([
    ...["", "a", "a:b", "a:b:c:d", "a:b:", ":b:1", "a:b:[1,2)", "a:b:LATEST", "a:b:release", "a:b:1.*", "a b:c:1"],
    ...["a/b:c:1", "..:b:1", "a..b:c:1", "a:..:1", "a:b:../..", "a:b:1?x=1", "a:b:1#", "a:b:1.", "-a:b:1"],
  ])("is whole, one version, and leads nowhere else: %j", (text) => {
    expect(() => parseCoordinates(text)).toThrow("a library is named group:artifact:version");
  });
});
