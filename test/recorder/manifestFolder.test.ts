import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ManifestFolder } from "../../recorder/manifestFolder.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-manifests-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The file of a ConfigMap with this data. */
async function written(data: Record<string, string>): Promise<string> {
  const own = await mkdtemp(join(folder, "dc1-"));
  const manifests = new ManifestFolder(own, "dc1");
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "tests" }, data };
  manifests.add(configMap, "settings");
  expect(await manifests.diagnostics()).toEqual([]);
  return readFile(join(own, "tests", "configmap-settings.yaml"), "utf8");
}

test("a text that kubectl's YAML 1.1 takes for something else stays a text", async () => {
  const texts = ["yes", "no", "on", "off", "y", "n", "0123", "0x1F", "1_000", "12:30:00", "2001-01-01", "~", "<<", "="];
  const data = Object.fromEntries(texts.map((text, index) => [`key-${index}`, text]));
  expect(parse(await written(data), { version: "1.1" })).toMatchObject({ data });
});

test("whatever a file of configuration holds is read again as it was", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/), fc.string({ unit: "binary" })),
      async (data) => {
        const read: unknown = parse(await written(data));
        expect(read).toMatchObject({ data });
      },
    ),
    { numRuns: 200 },
  );
});
