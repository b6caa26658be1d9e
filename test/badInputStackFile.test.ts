import { describe, expect, it } from "vitest";
import { expectTold, linesOf, readSiteFile, shown, siteText, siteWith, type Told } from "./support/wrongInput.ts";

const file = "Pulumi.dc1.yaml";
const lineCount = siteText.split("\n").length - 1;
const lineOf = (text: string) => siteText.split("\n").findIndex((line) => line.startsWith(text)) + 1;
const noConfig = { place: `${file}: config`, says: /map of gemelos:site and gemelos:releases/ };
const providers = "pulumi:disable-default-providers";

describe("a stack file that is wrong", () => {
  it.each<[what: string, content: string | Uint8Array, told: Told]>([
    ["nothing in it", "", noConfig],
    ["only a comment", "# later\n", noConfig],
    ["a list", "- a\n", noConfig],
    ["an empty config", "config:\n", noConfig],
    ["no YAML", "config: [1, 2\nfoo: }\n", { place: `${file}:2:1`, says: /YAML: Flow sequence .*correct .*line/ }],
    [
      "a tab",
      siteText.replace("    name: dc1", "\t\tname: dc1"),
      { place: `${file}:${lineOf("    name:")}:1`, says: /tab.*use spaces/ },
    ],
    [
      "a key twice",
      siteText.replace("    peer: dc2\n", "    peer: dc2\n    peer: dc3\n"),
      { place: `${file}:${lineOf("    contact:")}:5`, says: /key peer.*; remove one/ },
    ],
    [
      "two documents",
      `${siteText}---\na: b\n`,
      { place: `${file}:${lineCount + 1}:1`, says: /second .*document.*one/ },
    ],
    [
      "an unknown tag",
      siteText.replace("contact: ", "contact: !vault "),
      { place: `${file}:${lineOf("    contact:")}:14`, says: /tag !vault.*remove it/ },
    ],
    [
      "an alias to nowhere",
      siteText.replace("contact: platform-dc1@tax.example", "contact: *nobody"),
      { place: file, says: /alias.*nobody.*value/ },
    ],
    [
      "Latin-1",
      Buffer.from(siteText.replace("contact: platform", "contact: señor"), "latin1"),
      { place: file, says: /not UTF-8 text; save it/ },
    ],
    [
      "five megabytes",
      siteText + "# pasted by mistake\n".repeat(250_000),
      { place: file, says: new RegExp(`${Buffer.byteLength(siteText) + 5_000_000} bytes.*1048576.*site data`) },
    ],
    [
      "an unknown section",
      `${siteText}konfig:\n  a: b\n`,
      { place: `${file}: konfig`, says: /unknown.*remove it, or indent .*config/ },
    ],
    [
      "an unknown key",
      siteWith(["gemelos:sites"], "x"),
      { place: `${file}: gemelos:sites`, says: /unknown.*gemelos:site, gemelos:releases, gemelos:peak, pulumi:/ },
    ],
    [
      "the name of another stack",
      siteWith(["gemelos:site", "name"], "dc2"),
      { place: `${file}: gemelos:site.name`, says: /"dc2".*stack.*"dc1"/ },
    ],
    [
      "an encrypted value",
      siteWith(["gemelos:site", "vault", "token"], { secure: "AAABAxyz" }),
      { place: `${file}: gemelos:site.vault.token`, says: /encrypted.*secure.*remove it.*Vault/ },
    ],
    [
      "default providers allowed",
      siteWith([providers], undefined),
      { place: `${file}: ${providers}`, says: /list kubernetes and vault/ },
    ],
    [
      "Vault's default provider allowed",
      siteWith([providers], ["kubernetes"]),
      { place: `${file}: ${providers}`, says: /list vault/ },
    ],
    [
      "no site",
      siteWith(["gemelos:site"], undefined),
      { place: `${file}: gemelos:site`, says: /^is missing; add it, see docs\/site\.md/ },
    ],
    [
      "no releases",
      siteWith(["gemelos:releases"], undefined),
      { place: `${file}: gemelos:releases`, says: /^is missing; add it, see docs\/site\.md/ },
    ],
    [
      "a site that is text",
      siteWith(["gemelos:site"], "dc1"),
      { place: `${file}: gemelos:site`, shows: '"dc1"', says: /must be a map/ },
    ],
  ])("%s", async (_what, content, told) => {
    expectTold(await linesOf(() => readSiteFile(content)), told);
  });

  it("is not there", async () => {
    expectTold(await linesOf(() => readSiteFile(undefined, "dc9")), {
      place: "Pulumi.dc9.yaml",
      says: /does not exist.*Pulumi\.yaml/,
    });
  });
});

describe("a stack file that is right", () => {
  it.each([
    ["as it is", siteText],
    ["with Windows' line ends", siteText.replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\ufeff${siteText}`],
    ["with Pulumi's own salt", `encryptionsalt: v1:abc\n${siteText}`],
    ["with every default provider disabled", siteWith([providers], ["*"])],
    ["with an anchor and its alias", siteText.replace("peer: dc2", "peer: &peer dc2").replace("tax-dc1", "*peer")],
  ])("%s", async (_what, content) => {
    const site = await readSiteFile(content);
    expect({ name: site.name, peer: site.peer, file: site.file }).toEqual({
      name: "dc1",
      peer: "dc2",
      file: "Pulumi.dc1.yaml",
    });
  });
});

const tagAndDigest = /tag@sha256:digest with 64 hexadecimal digits.*look the digest up/;

describe("a release that is wrong", () => {
  it.each([
    ["a tag only", "2.0.7", tagAndDigest],
    ["a short digest", "2.0.7@sha256:28239a", tagAndDigest],
    ["a digest in capitals", `2@sha256:${"A".repeat(64)}`, tagAndDigest],
    ["a number", 2, /tag@sha256:digest in quotes/],
    ["nothing", null, /tag@sha256:digest in quotes/],
  ])("%s", async (_what, value, says) => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:releases", "receipts"], value)));
    expectTold(lines, { place: `${file}: gemelos:releases.receipts`, shows: shown(value), says });
  });

  it("is of a service whose name is none", async () => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:releases", "Receipts"], "x")));
    const place = `${file}: gemelos:releases.Receipts`;
    expectTold(lines, { place, says: /this name .*DNS label/ });
  });
});
