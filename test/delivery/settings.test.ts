import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duration, formatDuration } from "../../delivery/duration.ts";
import { type DeliverySettings, readSettings } from "../../delivery/settings.ts";
import { linesOf } from "../support/wrongInput.ts";

async function withFile<Result>(text: string | undefined, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-settings-"));
  try {
    if (text !== undefined) await writeFile(join(folder, "delivery.yaml"), text);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const read = (text?: string) => withFile(text, readSettings);
const said = (text: string) => withFile(text, (folder) => linesOf(() => readSettings(folder)));

describe("delivery.yaml", () => {
  it("of this repository is valid", async () => {
    expect(await readSettings()).toMatchObject({ soak: 600 } satisfies DeliverySettings);
  });

  it("states a soak time; without it, or without the file, it is ten minutes", async () => {
    expect((await read("soak: 1h30m\n")).soak).toBe(5400);
    expect((await read("# soak: 1h\n")).soak).toBe(600);
    expect((await read()).soak).toBe(600);
  });

  it("that is a folder is said to be one", async () => {
    const lines = await withFile(undefined, async (folder) => {
      await mkdir(join(folder, "delivery.yaml"));
      return linesOf(() => readSettings(folder));
    });
    expect(lines).toEqual(["delivery.yaml: is a folder; put a file of the project in its place"]);
  });

  it.each([
    ["soak: 10\n", "delivery.yaml:1:1: soak: 10 must be a duration of hours, minutes and seconds, such as 10m"],
    ["soak: ten minutes\n", 'delivery.yaml:1:1: soak: "ten minutes" must be a duration'],
    ["soak: m\n", 'delivery.yaml:1:1: soak: "m" must be a duration'],
    [
      "# one\nsoaks: 10m\n",
      'delivery.yaml:2:1: soaks: unknown key; remove it or correct its spelling; did you mean "soak"?',
    ],
    ["soak: 10m\nsoak: 20m\n", "delivery.yaml:2:1: duplicate key soak; remove one of the two"],
    [
      "soak: 0s\n",
      'delivery.yaml:1:1: soak: "0s" would verify a deployment by a single look; write at least 1s, such as 10m',
    ],
    ["soak: 0h0m\n", "delivery.yaml:1:1: soak: "],
    [
      "soak: 10m\norder:\n  - dc1\n  - dc1\n",
      'delivery.yaml:4:5: order[1]: "dc1" stands there before; name each site once',
    ],
    ["order: [dc1, 7]\n", "delivery.yaml:1:14: order[1]: 7 "],
    ["- soak\n", "delivery.yaml: "],
    ["soak:\n\t10m\n", "delivery.yaml:2:1: is indented with a tab"],
  ])("%j is refused with file, line, field, value and what to do", async (text, line) => {
    const lines = await said(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
  });
});

it("a duration is read as it is written", () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (seconds) => {
      const text = formatDuration(seconds);
      expect(duration.parse(text)).toBe(seconds);
    }),
  );
});
