import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LanguageServer } from "../support/languageServer.ts";

const project = resolve(import.meta.dirname, "../..");
const read = (site: string) => readFileSync(`${project}/Pulumi.${site}.yaml`, "utf8");
const text = read("dc1");

let server: LanguageServer;
let opened = 0;
beforeAll(async () => {
  server = await LanguageServer.start(project);
});
afterAll(() => server.stop());

/** What an editor marks in a site's file in which something is written in another way. */
async function marks(from: string, to: string) {
  expect(text).toContain(from);
  opened += 1;
  const changed = text.replace(from, to);
  const shown = await server.open(`Pulumi.changed${opened}.yaml`, changed);
  return shown.map((each) => `${changed.split("\n")[each.line - 1]?.trim()}  <- ${each.text}`);
}

describe("an editor", () => {
  it.each(["dc1", "dc2"])("finds nothing wrong in the file of %s", async (site) => {
    expect(read(site)).toMatch(/^# yaml-language-server: \$schema=site\.schema\.json\n/);
    expect(await server.open(`Pulumi.${site}.yaml`, read(site))).toEqual([]);
  });

  it("finds nothing wrong in the calendar, and marks a field that there is not", async () => {
    const calendar = readFileSync(`${project}/calendar.yaml`, "utf8");
    expect(await server.open("calendar.yaml", calendar)).toEqual([]);
    const wrong = await server.open("calendar.wrong.yaml", calendar.replace("deployBefore:", "deployBefor:"));
    expect(wrong.map((each) => each.text).join()).toContain("deployBefor");
  });

  it.each([
    ["timeZone: America/Lima", "timezone: America/Lima"],
    ["  gemelos:releases:", "  gemelos:release:"],
    ["    contact: platform-dc1@tax.example\n", ""],
    ["        port: 6379", "        port: six"],
    ["          - 10.1.30.20/32", "          - 10.1.30.20"],
    ["memory: 32Gi", "memory: 32GB"],
    ["receipts: 2.0.7@sha256:28239a0f86f36d616b4b2e53f190d68751f50e91e5d5c6eeeb511bd1645f4ff0", "receipts: 2.0.7"],
    ["      kind: ingress", "      kind: ingres"],
    ["encryptionAtRest: secretbox", "encryptionAtRest: secretBox"],
    ["address: https://kubernetes", "address: http://kubernetes"],
    ["    - kubernetes\n", ""],
    ["config:", "encryptionsalt: v1:abc\nconfigs: {}\nconfig:"],
  ])("marks %j written as %j", async (from, to) => {
    expect(await marks(from, to)).toMatchSnapshot();
  });

  it.each(["encryptionAtRest", "memory", "gemelos:site", "clusterUid"])("explains %s", async (word) => {
    await server.open("Pulumi.hover.yaml", text);
    const lines = text.split("\n");
    const line = lines.findIndex((each) => each.includes(`${word}:`));
    const column = (lines[line]?.indexOf(word) ?? 0) + 2;
    const shown = await server.hover("Pulumi.hover.yaml", line + 1, column);
    expect(shown.replace(/\nSource: .*/, "").trim()).toMatchSnapshot();
  });
});
