import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkChecksums,
  checksumOf,
  companions,
  isChecksum,
  isCompanion,
  mainFile,
  possibleFiles,
} from "../../../delivery/promotion/mavenFiles.ts";
import { PromotionRefused } from "../../../delivery/promotion/refusal.ts";

const coordinates = { groupId: "gov.tax", artifactId: "money", version: "1.4.0" };
const pom = (inside = "") =>
  `<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0"><artifactId>money</artifactId>${inside}</project>`;

describe("the files of a version", () => {
  it.each([
    ["", "money-1.4.0.jar"],
    ["<packaging>war</packaging>", "money-1.4.0.war"],
    ["<packaging>maven-plugin</packaging>", "money-1.4.0.jar"],
    ["<packaging>pom</packaging>", undefined],
  ])("follow from the packaging %j", (packaging, file) => expect(mainFile(coordinates, pom(packaging))).toBe(file));

  it("are what is usual and what is stated", () => {
    expect(possibleFiles(coordinates, pom(), ["client", "dist.tar.gz"])).toEqual(
      expect.arrayContaining([
        "money-1.4.0.pom",
        "money-1.4.0-sources.jar",
        "money-1.4.0-client.jar",
        "money-1.4.0-dist.tar.gz",
      ]),
    );
  });

  it.each([
    ["<groupId>gov.customs</groupId>", "the pom has groupId gov.customs and not gov.tax"],
    ["<parent><groupId>gov.tax</groupId><version>9</version></parent>", "the pom has version 9 and not 1.4.0"],
  ])("are refused where the pom is another artifact's: %s", (inside, message) => {
    expect(() => mainFile(coordinates, pom(inside))).toThrow(message);
  });

  it("may leave a version to a property", () => {
    expect(mainFile(coordinates, pom("<version>${revision}</version>"))).toBe("money-1.4.0.jar");
  });

  it.each(["", "<html/>", "no XML"])("are unknown where the pom is none: %j", (text) => {
    expect(() => mainFile(coordinates, text)).toThrow("is no pom; deploy the artifact again");
  });
});

describe("checksums", () => {
  const sums = fc.subarray(["md5", "sha1", "sha256", "sha512"] as const, { minLength: 1 });
  const sumOf = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");

  it("that are right pass in every form, and one changed byte is told for each of them", () => {
    const form = fc.constantFrom("$", "$\n", "$  money.jar\n", "$ *money.jar", "SHA1(money.jar)= $");
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), sums, form, fc.nat(), (bytes, algorithms, written, at) => {
        const files = new Map<string, Uint8Array>([["a.jar", bytes]]);
        for (const each of algorithms) {
          files.set(`a.jar.${each}`, Buffer.from(written.replace("$", sumOf(each, bytes).toUpperCase())));
        }
        checkChecksums(files);
        const changed = Uint8Array.from(bytes);
        changed[at % bytes.length] = ((changed[at % bytes.length] ?? 0) + 1) % 256;
        files.set("a.jar", changed);
        const told = caught(() => checkChecksums(files));
        expect(told).toBeInstanceOf(PromotionRefused);
        for (const each of algorithms) expect(String(told)).toContain(`a.jar has ${each} ${sumOf(each, changed)}`);
      }),
    );
  });

  it("are needed of each file but signatures", () => {
    const bytes = Buffer.from("1");
    const files = new Map([
      ["a.pom", bytes],
      ["a.pom.asc", bytes],
    ]);
    expect(String(caught(() => checkChecksums(files)))).toMatch(/^ {2}a\.pom has no checksum beside it$/m);
    checkChecksums(files.set("a.pom.sha1", Buffer.from(sumOf("sha1", bytes))));
  });

  it("and signatures are what may stand beside a file", () => {
    const beside = companions("a.jar");
    expect(beside).toEqual(
      expect.arrayContaining(["a.jar.sha512", "a.jar.asc", "a.jar.asc.sha1", "a.jar.sigstore.json"]),
    );
    expect(beside.every(isCompanion)).toBe(true);
    expect(beside.filter((file) => !isChecksum(file))).toEqual(["a.jar.asc", "a.jar.sigstore.json"]);
    expect([isCompanion("a.jar"), checksumOf(Buffer.from("none"))]).toEqual([false, "none"]);
  });
});

function caught(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
