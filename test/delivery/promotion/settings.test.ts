import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readSettings } from "../../../delivery/settings.ts";
import { linesOf } from "../../support/wrongInput.ts";

const images = { staging: "registry.tax.example:5000/staging", release: "registry.tax.example:5000/release" };
const libraries = { staging: { url: "https://maven.tax.example/staging" }, release: { url: "file:///srv/maven" } };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-settings-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(settings: unknown) {
  await writeFile(join(folder, "delivery.yaml"), stringify(settings));
  return readSettings(folder);
}

describe("where images and libraries are", () => {
  it("is in delivery.yaml, or nothing is promoted", async () => {
    expect(await read({})).not.toHaveProperty("images");
    expect(await read({ images, libraries })).toMatchObject({
      images,
      libraries: { ...libraries, metadata: "server" },
    });
  });

  it.each([
    [{ images: { ...images, staging: "https://registry.tax.example" } }, "images.staging", /without scheme/],
    [{ images: { ...images, release: images.staging } }, "images.release", /is also staging/],
    [{ images: { ...images, caFile: "ca.pem" } }, "images.caFile", /absolute path/],
    [{ images: { ...images, relase: "a" } }, "images.relase", /did you mean "release"/],
    [
      { libraries: { ...libraries, release: { url: "http://maven.tax.example" } } },
      "libraries.release.url",
      /https: or file:/,
    ],
    [
      { libraries: { ...libraries, release: { url: "https://ana:pw@m.example" } } },
      "libraries.release.url",
      /without user/,
    ],
    [
      { libraries: { ...libraries, release: { url: "https://maven.tax.example/staging/" } } },
      "libraries.release.url",
      /also staging/,
    ],
    [
      { libraries: { ...libraries, staging: { ...libraries.staging, username: "USER", password: "hunter2-hunter2" } } },
      "libraries.staging.password",
      /name of an environment variable, such as NEXUS_PASSWORD, and never the value/,
    ],
    [
      { libraries: { ...libraries, staging: { ...libraries.staging, username: "USER" } } },
      "libraries.staging",
      /both username and password/,
    ],
  ])("is told with its field where it is wrong: %j", async (settings, path, says) => {
    const lines = await linesOf(() => read(settings));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^delivery\\.yaml(:\\d+:\\d+)?: ${path.replaceAll(".", "\\.")}: `));
    expect(lines[0]).toMatch(says);
    // Neither the password of a URL nor one in the wrong place is shown.
    expect(lines[0]).not.toMatch(/:pw@|hunter2/);
  });
});
