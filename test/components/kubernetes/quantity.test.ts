import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalQuantity,
  compareQuantities,
  formatBytes,
  formatCpu,
  mebibytes,
  parseQuantity,
  quantity,
} from "../../../components/kubernetes/quantity.ts";

describe("parseQuantity reads every notation of the API server", () => {
  test.each([
    ["0", 0],
    ["2", 2],
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["+1", 1],
    ["-1", -1],
    ["200m", 0.2],
    ["100u", 1e-4],
    ["100n", 1e-7],
    ["1k", 1000],
    ["129M", 129e6],
    ["1G", 1e9],
    ["1T", 1e12],
    ["1P", 1e15],
    ["1E", 1e18],
    ["1Ki", 1024],
    ["512Mi", 512 * 2 ** 20],
    ["64Gi", 64 * 2 ** 30],
    ["1.5Ti", 1.5 * 2 ** 40],
    ["1Pi", 2 ** 50],
    ["1Ei", 2 ** 60],
    ["1e3", 1000],
    ["1E3", 1000],
    ["12e-1", 1.2],
    ["1e+2", 100],
  ])("%s is %d", (text, value) => {
    expect(quantity(text)).toBeCloseTo(value, 12);
  });

  test.each([
    "",
    " ",
    "m",
    "Mi",
    ".",
    "1 Gi",
    " 1",
    "1\n",
    "1KB",
    "1GB",
    "1gi",
    "1K",
    "1mi",
    "1Mib",
    "1e",
    "1e1.5",
    "1e3Mi",
    "1,5",
    "--1",
    "0x10",
    "Infinity",
    "NaN",
    "½",
  ])("%j is no quantity", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
    expect(() => quantity(text)).toThrow(RangeError);
    expect(() => quantity(text)).toThrow(`"${text}"`);
  });
});

describe("comparing", () => {
  test.each([
    ["0.2", "200m", 0],
    ["1e3", "1k", 0],
    ["1Gi", "1024Mi", 0],
    ["1Gi", "1.1G", -1],
    ["2", "1500m", 1],
    // Numbers that a double cannot tell apart.
    ["9007199254740993", "9007199254740992", 1],
    ["0.1", "100000001n", -1],
    ["-1", "0", -1],
  ])("%s and %s: %d", (one, other, order) => {
    expect(Math.sign(compareQuantities(one, other))).toBe(order);
    expect(Math.sign(compareQuantities(other, one))).toBe(-order + 0);
  });

  test("text that is no quantity is an error that shows it", () => {
    expect(() => compareQuantities("1", "1GB")).toThrow('"1GB"');
  });
});

describe("formatting", () => {
  test.each([
    [0, "0"],
    [0.2, "200m"],
    [1, "1"],
    [1.5, "1500m"],
    [0.0001, "1m"],
    [0.1 + 0.2, "300m"],
    [3 * 0.7, "2100m"],
  ])("%d cores are %s", (cores, text) => expect(formatCpu(cores)).toBe(text));

  test.each([
    [0, "0"],
    [1, "1Mi"],
    [2 ** 20, "1Mi"],
    [2 ** 20 + 1, "2Mi"],
    [2 ** 30, "1Gi"],
    [1.5 * 2 ** 30, "1536Mi"],
    [2 ** 40, "1Ti"],
  ])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test("millicores survive the round trip", () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000_000 }), (millicores) => {
        expect(Math.round(quantity(formatCpu(millicores / 1000)) * 1000)).toBe(millicores);
      }),
    );
  });

  test("whole mebibytes survive the round trip", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 24 }), (count) => {
        expect(mebibytes(formatBytes(count * 2 ** 20))).toBe(count);
      }),
    );
  });

  test("nothing is rounded down, and no more than one unit up", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat({ max: 2 ** 45 }), (cores, bytes) => {
        expect(quantity(formatCpu(cores))).toBeGreaterThanOrEqual(cores - 1e-6);
        expect(quantity(formatCpu(cores))).toBeLessThan(cores + 0.001 + 1e-6);
        expect(quantity(formatBytes(bytes))).toBeGreaterThanOrEqual(bytes);
        expect(quantity(formatBytes(bytes))).toBeLessThan(bytes + 2 ** 20);
      }),
    );
  });
});

describe("the canonical form of a quantity is the API server's", () => {
  test.each([
    ["1024Mi", "1Gi"],
    ["1Gi", "1Gi"],
    ["1536Mi", "1536Mi"],
    ["1.5Gi", "1536Mi"],
    ["0.5Ki", "512"],
    ["0.3Gi", "0.3Gi"],
    ["0.5", "500m"],
    ["1000m", "1"],
    ["0.2", "200m"],
    ["1e3", "1k"],
    ["1500", "1500"],
    ["0", "0"],
    ["0Mi", "0"],
    ["1048576Ki", "1Gi"],
    ["100", "100"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  test("it is the same quantity, and its own canonical form", () => {
    const text = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom("", "m", "k", "M", "Ki", "Mi", "Gi", "Ti"));
    fc.assert(
      fc.property(text, ([number, suffix]) => {
        const canonical = canonicalQuantity(`${number}${suffix}`);
        expect(compareQuantities(canonical, `${number}${suffix}`)).toBe(0);
        expect(canonicalQuantity(canonical)).toBe(canonical);
      }),
    );
  });
});
