import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type HistoryRecord, openHistory } from "../../../../delivery/history/index.ts";
import { projectFolder } from "../../../../recorder/stackFile.ts";
import { type CommandResult, ProjectCopy } from "../../../support/projectCopy.ts";
import { login, Registries, type Registry } from "../../../support/registries.ts";

let registries: Registries;
let [staging, release, dc1, dc2]: Registry[] = [];
let project: ProjectCopy;
/** The repository that the project is a clone of. */
let origin: string;
let serial = 0;
/** Of the service that is promoted: below the registries' paths. */
const repository = "payments/card-payments";
/** A tag that no other test has. */
let tag: string;

const hostOf = (registry: Registry | undefined) => registry?.host ?? "";
const run = (...args: string[]) =>
  execFileSync("git", args, { cwd: project.folder, encoding: "utf8", stdio: "pipe" }).trim();
const promote = (...args: string[]): Promise<CommandResult> => project.run("promote", ...args);
const image = (...args: string[]) =>
  promote("image", "card-payments", tag, "--registry-config", registries.registryConfig, ...args);

beforeAll(async () => {
  registries = await Registries.create();
  staging = await registries.start("registryWithReferrers");
  for (const start of ["release", "dc1", "dc2"] as const) {
    const registry = await registries.start("registry");
    if (start === "release") release = registry;
    else if (start === "dc1") dc1 = registry;
    else dc2 = registry;
  }
});

afterAll(() => registries.dispose());

beforeEach(async () => {
  serial += 1;
  tag = `9.0.${serial}`;
  project = await ProjectCopy.create();
  for (const [site, registry] of [
    ["dc1", dc1],
    ["dc2", dc2],
  ] as const) {
    await project.replace(
      `Pulumi.${site}.yaml`,
      `registry: registry.${site}.tax.example:5000`,
      `registry: ${hostOf(registry)}`,
    );
  }
  await cp(join(projectFolder, ".gitignore"), project.path(".gitignore"));
  const images = {
    staging: `${hostOf(staging)}/staging`,
    release: `${hostOf(release)}/release`,
    caFile: registries.caFile,
  };
  const libraries = {
    staging: { url: pathToFileURL(project.path("out", "staging")).href },
    release: { url: pathToFileURL(project.path("out", "release")).href },
    metadata: "promotion",
  };
  await project.write("delivery.yaml", stringify({ images, libraries }));
  origin = await mkdtemp(join(tmpdir(), "gemelos-origin-"));
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
  run("init", "--quiet", "--initial-branch=main");
  for (const [key, value] of Object.entries({
    "user.email": "ana@tax.example",
    "user.name": "Ana",
    "commit.gpgsign": "false",
  })) {
    run("config", key, value);
  }
  // The packages are a link to those of this checkout.
  await writeFile(project.path(".git", "info", "exclude"), "node_modules\n");
  run("add", ".");
  run("commit", "--quiet", "--message", "First.");
  run("remote", "add", "origin", origin);
  run("push", "--quiet", "--set-upstream", "origin", "main");
});

afterEach(async () => {
  for (const registry of [staging, release, dc1, dc2]) if (registry !== undefined) registry.fault = () => undefined;
  await project.dispose();
  await rm(origin, { recursive: true, force: true });
});

async function stage(content = tag): Promise<string> {
  const staged = `${hostOf(staging)}/staging/${repository}`;
  const digest = await registries.pushIndex(staged, tag, content);
  await registries.attach(`${staged}@${digest}`, "signature");
  return digest;
}

const releasesOf = async (site: string): Promise<Record<string, string>> =>
  parse(await project.read(`Pulumi.${site}.yaml`)).config["gemelos:releases"];
const recordsOf = async (name: string): Promise<readonly HistoryRecord[]> => {
  const peer = name === "dc1" ? "dc2" : "dc1";
  return (await openHistory({ name, peer }, { folder: project.folder, onNote: () => undefined })).records();
};

async function expectUntouched(): Promise<void> {
  expect(run("status", "--porcelain")).toBe("");
  expect(run("log", "--format=%s")).toBe("First.");
  expect(await recordsOf("dc1").catch(() => [])).toEqual([]);
}

describe("npm run promote -- image", () => {
  it("releases an image in both sites by one commit, pushes it, and records it; once more does nothing", async () => {
    const digest = await stage();
    const before = await project.read("Pulumi.dc2.yaml");
    const { code, stdout, stderr } = await image("--push", "--reason", "Cards of the new bank.");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain(`${repository} ${tag}@${digest}`);
    expect(stdout).toMatch(/linux\/amd64, linux\/arm64; 1 signature or attestation goes along/);
    expect(stdout).toMatch(/^release +\S+\/release\/payments\/card-payments +\d+ blobs copied; compared$/m);
    expect(stdout).toContain(`Pulumi.dc1.yaml: card-payments 3.2.0 -> ${tag}\n`);
    expect(stdout).toMatch(/Committed as \w{10}, and the branch was pushed\.\n$/);

    const value = `${tag}@${digest}`;
    const after = await project.read("Pulumi.dc2.yaml");
    expect(after).toBe(before.replace(/card-payments: 3\.2\.0@\S+/, `card-payments: ${value}`));
    expect(run("log", "-1", "--format=%B")).toMatch(
      new RegExp(`^Release card-payments ${tag} in dc1 and dc2\n\nCards of the new bank\\.\n\nThe image is ${digest}`),
    );
    expect(run("ls-remote", "origin", "refs/heads/main")).toContain(run("rev-parse", "HEAD"));
    for (const site of ["dc1", "dc2"]) {
      expect(await recordsOf(site)).toEqual([
        expect.objectContaining({
          kind: "promotion",
          outcome: "completed",
          commit: run("rev-parse", "HEAD"),
          releases: { "card-payments": value },
          why: "Cards of the new bank.",
        }),
      ]);
    }

    const again = await image("--json");
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      release: value,
      released: { before: { dc1: value }, pushed: false },
    });
    expect(run("log", "--format=%s")).toBe(`Release card-payments ${tag} in dc1 and dc2\nFirst.`);
    expect(await recordsOf("dc1")).toHaveLength(1);
    for (const text of [stdout, again.stdout, again.stderr, run("show", "HEAD")])
      expect(text).not.toContain(login.password);
  });

  it("copies nothing where its commit could not be made, and says what is in the way", async () => {
    await stage();
    await project.write("services/receipts/notes.md", "mine");
    run("add", "services/receipts/notes.md");
    const { code, stderr } = await image();
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^error: the working tree has changes that are not committed \(services\/receipts\/notes\.md\)/,
      ),
    ]);
    expect(dc1?.requests.some((request) => /^PUT/.test(request) && request.includes(tag))).toBe(false);
  });

  it("leaves the sites' files as they are where a site cannot be reached, and is completed by the same command", async () => {
    const digest = await stage();
    if (dc1 !== undefined) dc1.fault = () => "break";
    const { code, stdout } = await image();
    expect(code).toBe(2);
    expect(stdout).toMatch(/^dc1 +\S+ +FAILED: .*run this again once it answers/m);
    expect(stdout).toMatch(/^dc2 +\S+ +\d+ blobs copied; compared$/m);
    expect(stdout).toContain("No site's file was changed: an image did not reach every registry.");
    await expectUntouched();
    if (dc1 !== undefined) dc1.fault = () => undefined;
    const again = await image();
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^dc2 +\S+ +was there; compared$/m);
    expect((await releasesOf("dc1"))["card-payments"]).toBe(`${tag}@${digest}`);
  });

  it("is refused with exit code 1 where the tag is another image already", async () => {
    await registries.pushImage(`${hostOf(dc2)}/${repository}:${tag}`, "theirs");
    await stage();
    const { code, stdout, stderr } = await image();
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(
      /^refused: .*card-payments:9\.0\.\d+ is sha256:\w+ already, .* give the new image a new tag\n$/,
    );
    await expectUntouched();
  });

  it("goes on where it was killed in the middle of a copy", async () => {
    const digest = await stage();
    const args = [join("cli", "main.ts"), "promote", "image", "card-payments", tag];
    const child = spawn(process.execPath, [...args, "--registry-config", registries.registryConfig], {
      cwd: project.folder,
      stdio: "ignore",
    });
    if (dc2 !== undefined) {
      dc2.fault = (request) => {
        if (!request.startsWith("PUT")) return undefined;
        child.kill("SIGKILL");
        return "break";
      };
    }
    await once(child, "close");
    expect(child.signalCode).toBe("SIGKILL");
    await expectUntouched();
    if (dc2 !== undefined) dc2.fault = () => undefined;
    expect((await image()).code).toBe(0);
    expect((await releasesOf("dc2"))["card-payments"]).toBe(`${tag}@${digest}`);
  });

  it("releases in the named sites only, and elsewhere just brings the image", async () => {
    const digest = await stage();
    const { code, stderr } = await image("--site", "dc1");
    expect(code, stderr).toBe(0);
    expect((await releasesOf("dc1"))["card-payments"]).toBe(`${tag}@${digest}`);
    expect((await releasesOf("dc2"))["card-payments"]).toMatch(/^3\.2\.0@/);
    expect(await registries.oras("resolve", `${hostOf(dc2)}/${repository}:${tag}`)).toBe(digest);
    expect(await recordsOf("dc2")).toEqual([]);
  });

  it.each([
    [["image", "card-paymnts", "1"], /there is no service of this name.*did you mean "card-payments"/],
    [["image", "card-payments", "1@sha256:12"], /the release must be a tag, or a tag with its digest/],
    [["image", "card-payments", "1", "--site", "dc9"], /unknown site "dc9"/],
    [["image", "card-payments", "1", "--push"], /there is no \S+\/staging\/payments\/card-payments:1; push it there/],
  ])("says what is wrong with %j", async (args, message) => {
    const { code, stderr } = await promote(...args, "--registry-config", registries.registryConfig);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    await expectUntouched();
  });
});

describe("npm run promote -- release", () => {
  const verified = async (releases: Record<string, string>): Promise<string> => {
    const commit = run("rev-parse", "HEAD");
    const history = await openHistory(
      { name: "dc1", peer: "dc2" },
      { folder: project.folder, onNote: () => undefined },
    );
    const entry = { kind: "deployment", who: { kind: "unknown" }, commit, releases } as const;
    const { sequence } = await history.append({ ...entry, outcome: "started" });
    await history.append({ ...entry, outcome: "verified", started: sequence });
    return commit;
  };

  const release = (...args: string[]) =>
    promote("release", "--from", "dc1", "--to", "dc2", "--registry-config", registries.registryConfig, ...args);

  it("is refused with exit code 1 where the other site could not pull it, with the command that brings it", async () => {
    const digest = await stage();
    const releases = { ...(await releasesOf("dc1")), "card-payments": `${tag}@${digest}` };
    await verified(releases);
    const refused = await release();
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toMatch(
      /^refused: the registry of dc2 \(127\.0\.0\.1:\d+\) lacks what dc1 has verified, so its nodes could not pull it\./,
    );
    const command = `promote -- image card-payments ${tag}@${digest} --site dc2`;
    expect(refused.stderr).toContain(`\n  ${repository}:${tag}: npm run ${command}\n`);
    expect(run("log", "--format=%s")).toBe("First.");
    expect(run("status", "--porcelain")).toBe("");
    // Another image under this tag does not count.
    await registries.pushImage(`${hostOf(dc2)}/${repository}:${tag}`, "theirs");
    expect((await release()).code).toBe(1);
    if (dc2 !== undefined) dc2.fault = () => "break";
    const away = await release();
    expect([away.code, away.stderr]).toEqual([2, expect.stringMatching(/run this again once it answers/)]);
  });

  it("writes what the one site has verified into the other's file, commits and records it", async () => {
    const digest = await registries.pushImage(`${hostOf(dc2)}/receipts:3.0.0`, "receipts 3.0.0");
    const releases = { ...(await releasesOf("dc1")), receipts: `3.0.0@${digest}` };
    const commit = await verified(releases);
    const { code, stdout, stderr } = await release();
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`^dc1 verified commit ${commit.slice(0, 10)} at \\S+\n`));
    expect(stdout).toContain("Pulumi.dc2.yaml: receipts 2.0.7 -> 3.0.0\n");
    expect(await releasesOf("dc2")).toEqual(releases);
    expect(run("log", "-1", "--format=%s")).toBe("Release in dc2 what dc1 has verified: receipts");
    expect((await recordsOf("dc2")).at(-1)).toMatchObject({
      kind: "promotion",
      releases: { receipts: releases.receipts },
    });
    const again = await release("--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ changes: [] });
    expect(await recordsOf("dc2")).toHaveLength(1);
  });

  it("is refused with exit code 1 where nothing is verified, or what was is held", async () => {
    const nothing = await promote("release", "--from", "dc1", "--to", "dc2");
    expect([nothing.code, nothing.stderr]).toEqual([
      1,
      expect.stringMatching(/^refused: dc1 has verified nothing yet/),
    ]);
    const commit = await verified(await releasesOf("dc2"));
    const history = await openHistory(
      { name: "dc1", peer: "dc2" },
      { folder: project.folder, onNote: () => undefined },
    );
    await history.append({ kind: "hold", outcome: "completed", who: { kind: "unknown" }, commit, releases: {} });
    const held = await promote("release", "--from", "dc1", "--to", "dc2");
    expect([held.code, held.stderr]).toEqual([1, expect.stringMatching(/^refused: dc1 has verified nothing/)]);
  });
});

describe("npm run promote -- library", () => {
  it("brings a library to the release repository and records it in every site", async () => {
    const folder = "out/staging/gov/tax/money/1.4.0";
    const pom = "<project><groupId>gov.tax</groupId><artifactId>money</artifactId><version>1.4.0</version></project>";
    for (const [file, text] of Object.entries({ "money-1.4.0.pom": pom, "money-1.4.0.jar": "bytes" })) {
      await project.write(`${folder}/${file}`, text);
      const [sum] = execFileSync("sha1sum", [project.path(folder, file)], { encoding: "utf8" }).split(" ");
      await project.write(`${folder}/${file}.sha1`, sum ?? "");
    }
    const { code, stdout, stderr } = await promote("library", "gov.tax:money:1.4.0");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^gov\.tax:money 1\.4\.0 is in file:.*\n {2}money-1\.4\.0\.jar {2}sha256 \w{64}\n/);
    expect(stdout).toMatch(/all 4 files written; read back and compared; nothing is signed\n$/);
    expect(await project.read("out/release/gov/tax/money/1.4.0/money-1.4.0.jar")).toBe("bytes");
    for (const site of ["dc1", "dc2"]) {
      const [record] = await recordsOf(site);
      expect(record?.releases["gov.tax:money"]).toMatch(/^1\.4\.0@sha256:\w{64}$/);
    }
    await project.write(`${folder}/money-1.4.0.jar`, "other");
    const changed = await promote("library", "gov.tax:money:1.4.0");
    expect([changed.code, changed.stderr]).toEqual([
      1,
      expect.stringMatching(/^refused: the staging repository does not/),
    ]);
    const snapshot = await promote("library", "gov.tax:money:1.5-SNAPSHOT");
    expect([snapshot.code, snapshot.stderr]).toEqual([2, expect.stringMatching(/^error: a snapshot is built anew/)]);
  });
});
