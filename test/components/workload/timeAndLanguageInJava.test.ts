import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploymentOf, environmentOf, microservice, site } from "../../support/fixtures.ts";
import { compile, installedJavas } from "../../support/java.ts";

const javas = installedJavas();

/** 31 March 2027, 21:30 in Lima. */
const filed = "2027-04-01T02:30:00Z";

/** What a program wrote, and where. */
interface Written {
  readonly date: string;
  readonly output: string;
  readonly error: string;
  readonly content: string;
  readonly names: readonly string[];
}

describe.skipIf(javas.length === 0)("a filing of 31 March at 21:30 in Lima, of a ñandú", () => {
  let program: Awaited<ReturnType<typeof compile>>;
  beforeAll(async () => {
    program = await compile("Filing");
  });
  afterAll(() => program.remove());

  async function written(java: string, environment: Readonly<Record<string, string>>): Promise<Written> {
    const folder = await mkdtemp(join(tmpdir(), "gemelos-filing-"));
    try {
      const words = ["-cp", program.folder, "Filing", filed, folder];
      // Nothing of this process's own environment.
      const { stdout, stderr } = spawnSync(java, words, { env: environment, encoding: "utf8" });
      const [date = "", output = ""] = stdout.split("\n");
      return {
        date,
        output,
        error: stderr.replace(/^Picked up .*\n/, "").trim(),
        content: await readFile(join(folder, "content"), "utf8"),
        names: (await readdir(folder)).filter((name) => name !== "content"),
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test.each(javas)(
    "is dated and written right by Java $version in the environment of a service",
    async ({ command }) => {
      const where = { ...site, timeZone: "America/Lima", locale: "es_PE.UTF-8" };
      const environment = environmentOf(deploymentOf(microservice({ jvm: { heapPercentage: 10 } }), where));
      const texts = Object.entries(environment).flatMap(([name, value]) =>
        typeof value === "string" ? [[name, value] as const] : [],
      );
      expect(await written(command, Object.fromEntries(texts))).toEqual({
        date: "2027-03-31 marzo es_PE",
        output: "ñandú",
        error: "ñandú",
        content: "ñandú",
        names: ["ñandú"],
      });
    },
  );

  test.each(javas)("is of the next day and of a ?and? without it, by Java $version", async ({ command, version }) => {
    expect(await written(command, { TZ: "UTC" })).toMatchObject({
      date: expect.stringMatching(/^2027-04-01 April en/),
      output: "?and?",
      error: "?and?",
      content: version < 18 ? "?and?" : "ñandú",
      names: [],
    });
  });
});
