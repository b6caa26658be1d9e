import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesText,
  cpuText,
  isAboveZero,
  isLess,
  isQuantity,
  sameQuantity,
} from "../../../../cli/adopt/reading/quantities.ts";

describe("quantities", () => {
  it.each([
    ["0.2", "200m"],
    ["200m", "200m"],
    [".5", "500m"],
    ["1", "1"],
    ["1500m", "1500m"],
    ["2000m", "2"],
    ["1e-1", "100m"],
    ["250000u", "250m"],
    ["1u", "1m"],
  ])("CPU %s is %s", (text, expected) => {
    expect(cpuText(text)).toBe(expected);
  });

  it.each([
    ["512Mi", "512Mi"],
    ["1024Mi", "1024Mi"],
    ["0.3Gi", "0.3Gi"],
    ["1073741824", "1Gi"],
    ["1e9", "976562.5Ki"],
    ["1G", "976562.5Ki"],
    ["512M", "500000Ki"],
    ["128974848000m", "123Mi"],
    ["1", "0.0009765625Ki"],
  ])("%s of memory is %s", (text, expected) => {
    expect(bytesText(text)).toBe(expected);
  });

  it.each(["", "512MB", "1 Gi", "1e999", "1e3Mi", "--1", "1..2", "Mi", "0x10", "1_000"])("%s is none", (text) => {
    expect(isQuantity(text)).toBe(false);
    // What is no quantity is neither the same as another nor less nor above zero.
    expect([sameQuantity(text, text), isLess(text, "1"), isAboveZero(text)]).toEqual([false, false, false]);
  });

  it("change by nothing", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 32n }), (bytes) => {
        expect(sameQuantity(bytesText(String(bytes)), String(bytes))).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (millicores) => {
        expect(sameQuantity(cpuText(`${millicores / 1000}`), `${millicores}m`)).toBe(true);
      }),
    );
    expect(sameQuantity("9007199254740993", "9007199254740992")).toBe(false);
    expect(isLess("1Gi", "1.1G")).toBe(true);
  });
});
