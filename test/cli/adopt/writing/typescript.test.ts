import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeDescription } from "../../../../cli/adopt/writing/typescript.ts";
import { microserviceArbitrary } from "../../../support/arbitraries.ts";
import { microservice } from "../../../support/fixtures.ts";

const project = join(import.meta.dirname, "..", "..", "..", "..");

describe("a description as TypeScript", () => {
  it("names its constant as a person would, and avoids reserved words", () => {
    expect(writeDescription(microservice({ name: "tax-declarations" }))).toContain(
      "export const taxDeclarations: Microservice",
    );
    expect(writeDescription(microservice({ name: "package" }))).toContain("export const packageService: Microservice");
    expect(writeDescription(microservice({ name: "a-2b" }))).toContain("export const a2b: Microservice");
  });

  it("calls other services by the constants that their files export", () => {
    const calls = () => [
      microservice({ name: "tax-receipts" }),
      { service: microservice({ name: "a-b" }), justification: "" },
    ];
    const text = writeDescription(microservice({ name: "ab", calls }), new Map([["a-b", "ab"]]));
    expect(text).toContain(
      'import { ab as abCalled } from "../a-b/index.ts";\nimport { taxReceipts } from "../tax-receipts/index.ts";\n',
    );
    expect(text).toContain("\n  calls: () => [abCalled, taxReceipts],\n");
  });

  it("imports them in the order that the check asks for, in which numbers count as such", () => {
    const names = ["a-01", "a-1", "a-2b", "a-b", "b0", "svc", "svc-9", "svc-10", "svc1", "z9z", "z10z"];
    const calls = () => names.toReversed().map((name) => microservice({ name }));
    const text = writeDescription(microservice({ name: "caller", calls }));
    expect([...text.matchAll(/ from "\.\.\/(.+)\/index\.ts"/g)].map(([, name]) => name)).toEqual([
      ...["a-1", "a-2b", "a-01", "a-b", "b0", "svc", "svc-9", "svc-10", "svc1", "z9z", "z10z"],
    ]);
  });

  it("lays out many calls as the formatter does", () => {
    const names = Array.from({ length: 9 }, (_, index) => `service-number-${index}`);
    const calls = () => names.map((name) => microservice({ name }));
    expect(writeDescription(microservice({ name: "caller", calls }))).toContain(
      "\n  calls: () => [\n    serviceNumber0,\n    serviceNumber1,\n",
    );
  });

  it("is what the formatter would write, whatever is in it", async () => {
    const words = fc.string({ unit: fc.constantFrom("a", '"', "'", "\\", "\n", "é", " ", "${", "`"), maxLength: 140 });
    const services = fc.sample(
      fc.tuple(
        microserviceArbitrary,
        words,
        fc.array(words, { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[A-Z]{1,9}$/), words),
      ),
      120,
    );
    const folder = await mkdtemp(join(tmpdir(), "gemelos-format-"));
    try {
      await cp(join(project, "biome.json"), join(folder, "biome.json"));
      const texts = services.map(([service, description, args, env]) =>
        writeDescription({ ...service, description, args, env }),
      );
      for (const [index, text] of texts.entries()) await writeFile(join(folder, `${index}.ts`), text);
      const result = spawnSync(join(project, "node_modules", ".bin", "biome"), ["format", "--write", "."], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(result.status).toBe(0);
      for (const file of (await readdir(folder)).filter((name) => name.endsWith(".ts"))) {
        expect(await readFile(join(folder, file), "utf8")).toBe(texts[Number.parseInt(file, 10)]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
