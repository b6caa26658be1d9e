import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configMapManifest, configMapName } from "../../../components/kubernetes/configMap.ts";

const receipts = { name: "receipts", namespace: "declarations" };
const filesArbitrary = fc.dictionary(fc.stringMatching(/^[-._a-z0-9]{1,8}$/), fc.string(), { maxKeys: 5 });

function nameOf(files: Readonly<Record<string, string>>): string {
  return configMapManifest(receipts, "config", files).metadata.name;
}

describe("ConfigMap", () => {
  test("it is immutable, carries the files as they are, and its name says of whom it is", () => {
    fc.assert(
      fc.property(filesArbitrary, (files) => {
        const manifest = configMapManifest(receipts, "config", files);
        expect(manifest.immutable).toBe(true);
        expect(manifest.data).toEqual(files);
        expect(manifest.metadata.namespace).toBe("declarations");
        expect(manifest.metadata.name).toMatch(/^receipts-config-[0-9a-f]{10}$/);
      }),
    );
  });

  test("its name changes exactly when its content does, whatever the order of the files", () => {
    fc.assert(
      fc.property(filesArbitrary, filesArbitrary, (one, other) => {
        const reversed = Object.fromEntries(Object.entries(one).reverse());
        expect(nameOf(reversed)).toBe(nameOf(one));
        expect(configMapName("receipts", "config", reversed)).toBe(nameOf(one));
        const same = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
        expect(nameOf(other) === nameOf(one)).toBe(same);
      }),
    );
  });

  test("a single character, a file's name and a boundary between two files are content", () => {
    const names = [
      nameOf({ a: "x", b: "y" }),
      nameOf({ a: "x", b: "z" }),
      nameOf({ a: "xb", y: "" }),
      nameOf({ a: "xb,y" }),
      nameOf({ a: "x", c: "y" }),
      nameOf({ a: "x" }),
      nameOf({ a: "y", b: "x" }),
      nameOf({ a: "x\n", b: "y" }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test("it fits a label's length for the longest service name", () => {
    expect(configMapName("s".repeat(40), "vault-ca", {}).length).toBeLessThanOrEqual(63);
  });
});
