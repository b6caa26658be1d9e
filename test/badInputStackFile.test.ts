import { describe, expect, it } from "vitest";
import { linesOf, readSiteFile, siteText, siteWith } from "./support/wrongInput.ts";

const noConfig = "config: must be a map of gemelos:site and gemelos:releases";
const known = "gemelos:site, gemelos:releases, pulumi:disable-default-providers";
const mistake = "so that the operator's own kubeconfig or Vault is never used by mistake";
const encrypted = "is encrypted (secure:); a site file holds no secrets, so remove it: they live in the site's Vault";
const providers = "pulumi:disable-default-providers";
const readme = "is missing; add it, see the README's 'Describe a site'";

describe("a stack file that is wrong", () => {
  it.each([
    ["nothing in it", "", noConfig],
    ["only a comment", "# later\n", noConfig],
    ["a list", "- a\n", noConfig],
    ["an empty config", "config:\n", noConfig],
    [
      "no YAML",
      "config: [1, 2\nfoo: }\n",
      "line 2: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; correct the line or the one above it",
    ],
    [
      "a tab",
      siteText.replace("    name: dc1", "\t\tname: dc1"),
      "line 8: is indented with a tab, which YAML does not allow; use spaces",
    ],
    [
      "a key twice",
      siteText.replace("    peer: dc2\n", "    peer: dc2\n    peer: dc3\n"),
      "line 10: the key peer stands twice in one map; remove one",
    ],
    [
      "two documents",
      `${siteText}---\na: b\n`,
      "line 148: begins a second document (---); a site file is one document",
    ],
    [
      "an unknown tag",
      siteText.replace("contact: ", "contact: !vault "),
      "line 10: the tag !vault is not known; remove it",
    ],
    [
      "an alias to nowhere",
      siteText.replace("contact: platform-dc1@tax.example", "contact: *nobody"),
      "Unresolved alias (the anchor must be set before the alias): nobody; write the value itself",
    ],
    [
      "Latin-1",
      Buffer.from(siteText.replace("contact: platform", "contact: señor"), "latin1"),
      "is not UTF-8 text; save it in UTF-8",
    ],
    [
      "five megabytes",
      siteText + "# pasted by mistake\n".repeat(250_000),
      `holds ${Buffer.byteLength(siteText) + 5_000_000} bytes; a site file holds at most 1048576, so remove what is no site data`,
    ],
    [
      "an unknown section",
      `${siteText}konfig:\n  a: b\n`,
      "konfig: this key is not known; remove it, or indent it below config if it belongs there",
    ],
    [
      "an unknown key",
      siteWith(["gemelos:sites"], "x"),
      `gemelos:sites: this key is not known; remove it or correct it to one of ${known}`,
    ],
    [
      "the name of another stack",
      siteWith(["gemelos:site", "name"], "dc2"),
      'gemelos:site.name: "dc2" must be the stack\'s name, "dc1", which is in the file\'s name',
    ],
    [
      "an encrypted value",
      siteWith(["gemelos:site", "vault", "token"], { secure: "AAABAxyz" }),
      `gemelos:site.vault.token: ${encrypted}`,
    ],
    [
      "default providers allowed",
      siteWith([providers], undefined),
      `${providers}: must list kubernetes and vault, ${mistake}`,
    ],
    [
      "Vault's default provider allowed",
      siteWith([providers], ["kubernetes"]),
      `${providers}: must list vault, ${mistake}`,
    ],
    ["no site", siteWith(["gemelos:site"], undefined), `gemelos:site: ${readme}`],
    ["no releases", siteWith(["gemelos:releases"], undefined), `gemelos:releases: ${readme}`],
    ["a site that is text", siteWith(["gemelos:site"], "dc1"), 'gemelos:site: "dc1" must be a map'],
  ])("%s", async (_what, content, says) => {
    expect(await linesOf(() => readSiteFile(content))).toEqual([`Pulumi.dc1.yaml: ${says}`]);
  });

  it("is not there", async () => {
    const says = "Pulumi.dc9.yaml: is not there; a site is described in a file of this name beside Pulumi.yaml";
    expect(await linesOf(() => readSiteFile(undefined, "dc9"))).toEqual([says]);
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

const tagAndDigest =
  "must be tag@sha256:digest with 64 hexadecimal digits, such as 1.4.2@sha256:0f1e...; a tag alone can be moved to other bytes, so look the digest up in the registry";

describe("a release that is wrong", () => {
  it.each([
    ["a tag only", "2.0.7", `"2.0.7" ${tagAndDigest}`],
    ["a short digest", "2.0.7@sha256:28239a", `"2.0.7@sha256:28239a" ${tagAndDigest}`],
    ["a digest in capitals", `2@sha256:${"A".repeat(64)}`, `"2@sha256:${"A".repeat(64)}" ${tagAndDigest}`],
    ["a number", 2, "2 must be tag@sha256:digest in quotes"],
    ["nothing", null, "null must be tag@sha256:digest in quotes"],
  ])("%s", async (_what, value, says) => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:releases", "receipts"], value)));
    expect(lines).toEqual([`Pulumi.dc1.yaml: gemelos:releases.receipts: ${says}`]);
  });

  it("is of a service whose name is none", async () => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:releases", "Receipts"], "x")));
    expect(lines).toContain(
      `Pulumi.dc1.yaml: gemelos:releases.Receipts: this name must be a DNS label: lower-case letters a-z, digits and hyphens, no hyphen at an end`,
    );
  });
});
