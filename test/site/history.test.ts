import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseSite } from "../../site.ts";
import { linesOf, siteText } from "../support/wrongInput.ts";

const config = parse(siteText).config;
const site = (history: unknown) =>
  parseSite("dc1", {
    site: JSON.stringify({ ...config["gemelos:site"], history }),
    releases: JSON.stringify(config["gemelos:releases"]),
  });
const bucket = { kind: "s3", endpoint: "https://s3.dc1.tax.example", bucket: "gemelos-history" };

describe("history", () => {
  const repositories = [
    "https://git.tax.example/platform/history.git",
    "ssh://git@git.tax.example:7999/p/h.git",
    "git@git.tax.example:p/h.git",
    "/srv/git/history.git",
    "file:///srv/git/history.git",
  ];
  const { caCertificate } = config["gemelos:site"].vault;
  it.each([
    { kind: "git" },
    { kind: "git", branch: "history/dc1" },
    ...repositories.map((url) => ({ kind: "git", url })),
    bucket,
    { ...bucket, endpoint: "https://10.1.30.40:9000", region: "dc1", caCertificate },
  ])("may be %j", (history) => {
    expect(site(history).history).toEqual(history);
  });

  it.each([
    ["git", "history", /^"git" must be a map with kind: "git" or "s3"/],
    [{ kind: "svn" }, "history.kind", /must be "git" or "s3"/],
    [{ url: "/srv/history.git" }, "history.kind", /is missing; add it \(must be "git" or "s3"\)/],
    ...[
      "https://ana:secret@git.tax.example/h.git",
      "https://token@git.tax.example/h.git",
      "ssh://git:secret@git.tax.example/h.git",
    ].map(
      (url) =>
        [
          { kind: "git", url },
          "history.url",
          /^"\w+:\/\/\[hidden\]@git\.tax\.example\/h\.git" must be a Git repository without a password/,
        ] as const,
    ),
    ...[
      "origin",
      "-u evil",
      "--upload-pack=evil",
      "ext::sh -c evil",
      "http://git.tax.example/h.git",
      "git.tax.example/h.git",
      "../h.git",
    ].map((url) => [{ kind: "git", url }, "history.url", /must be a Git repository/] as const),
    ...["-d", "a..b", "a b", "a/", "x.lock", "a//b", "HEAD~1", ""].map(
      (branch) => [{ kind: "git", branch }, "history.branch", /must be the name of a branch/] as const,
    ),
    [{ ...bucket, endpoint: "http://s3.dc1.tax.example" }, "history.endpoint", /must be an https URL without path/],
    [
      { ...bucket, endpoint: "https://s3.dc1.tax.example/bucket" },
      "history.endpoint",
      /must be an https URL without path/,
    ],
    [{ ...bucket, bucket: "Gemelos_History" }, "history.bucket", /must be the name of a bucket/],
    [{ kind: "s3", bucket: "gemelos-history" }, "history.endpoint", /is missing; add it/],
    [{ ...bucket, region: "us east" }, "history.region", /must be a region's name/],
    [{ ...bucket, caCertificate: "none" }, "history.caCertificate", /must be a whole certificate/],
    [{ ...bucket, secretAccessKey: "x" }, "history.secretAccessKey", /unknown key/],
  ] as const)("may not be %j", async (history, field, says) => {
    const [line = "", ...others] = await linesOf(() => site(history));
    expect(others).toEqual([]);
    const place = `Pulumi.dc1.yaml: gemelos:site.${field}: `;
    expect(line.slice(0, place.length)).toBe(place);
    expect(line.slice(place.length)).toMatch(says);
    expect(line).not.toContain("secret@");
  });
});
