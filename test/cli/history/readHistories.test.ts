import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHistories, readHistories } from "../../../cli/history/readHistories.ts";
import { openHistory } from "../../../delivery/history/index.ts";
import { projectFolder } from "../../../recorder/stackFile.ts";
import { GitRepositories } from "../../support/gitRepositories.ts";
import { commitOf, entryOf } from "../../support/historyRecords.ts";
import { linesOf } from "../../support/wrongInput.ts";

const repositories = new GitRepositories();
let folder: string;
let origin: string;
let apart: string;

beforeAll(() => {
  origin = repositories.server("origin.git");
  apart = repositories.server("apart.git");
  folder = repositories.clone(origin, "clone");
  process.env["XDG_STATE_HOME"] = join(repositories.folder, "state");
  for (const file of ["Pulumi.dc1.yaml", "Pulumi.dc2.yaml"])
    copyFileSync(join(projectFolder, file), join(folder, file));
});
afterAll(() => {
  delete process.env["XDG_STATE_HOME"];
  repositories.remove();
});

/** Replaces what the site's file says of its history. */
function state(site: string, history: string): void {
  const file = join(folder, `Pulumi.${site}.yaml`);
  const text = readFileSync(file, "utf8").replace(/^ {4}history:.*\n/m, "");
  writeFileSync(file, text.replace(/^ {4}peer:/m, `    history: ${history}\n    peer:`));
}

const open = (name: string, peer: string) => openHistory({ name, peer }, { folder, onNote: () => undefined });
const read = async (question = {}, site?: string) => readHistories(await openHistories(site, folder), question, folder);

describe("npm run history", () => {
  it("reads all sites of the folder, from the branch of origin where they state nothing else", async () => {
    await (await open("dc1", "dc2")).append(entryOf());
    await (await open("dc2", "dc1")).append(entryOf({ commit: commitOf("b") }));
    const histories = await read();
    expect(
      histories.map(({ site, records, timeZone, problems }) => [site, records.length, timeZone, problems]),
    ).toEqual([
      ["dc1", 1, "America/Lima", []],
      ["dc2", 1, "America/Lima", []],
    ]);
    expect(histories[0]?.place).toBe(`the branch gemelos-history of origin (${origin})`);
    expect(histories[0]?.notes.join()).toContain("dc1 and dc2 have one store");
  });

  it("finds a commit of this clone by any name, another one by its hash or its beginning", async () => {
    repositories.git(folder, "commit", "--quiet", "--allow-empty", "-m", "First");
    const commit = repositories.git(folder, "rev-parse", "HEAD");
    await (await open("dc1", "dc2")).append(entryOf({ commit }));
    const shown = async (named: string) =>
      (await read({ commit: named }, "dc1"))[0]?.shown.map(({ sequence }) => sequence);
    expect([await shown("HEAD"), await shown(commit.slice(0, 7)), await shown("aaaa")]).toEqual([[2], [2], [1]]);
    await expect(read({ commit: "no-such-branch" })).rejects.toThrow("--commit: is no commit of this clone");
  });

  it("does not know a site that has no file", async () => {
    await expect(openHistories("dc3", folder)).rejects.toThrow('--site: unknown site "dc3"; expected one of dc1, dc2');
  });

  it("reads the store that a site states, whatever else is wrong with its data, and keeps a copy in the peer's", async () => {
    const [before] = await (await open("dc2", "dc1")).records();
    state("dc2", `{ kind: git, url: "${apart}", branch: of-dc2 }`);
    const broken = readFileSync(join(folder, "Pulumi.dc2.yaml"), "utf8").replace(/contact:.*/, "contact: [none]");
    writeFileSync(join(folder, "Pulumi.dc2.yaml"), broken);
    const history = await open("dc2", "dc1");
    await expect(history.append(entryOf({ why: "apart" }))).rejects.toThrow("record 1 is missing at the end");
    // The records that were elsewhere until now come from there; what was kept meanwhile follows.
    expect(await history.restore()).toBe(1);
    expect(await history.appendKept()).toBe(1);
    const records = await history.records();
    expect(records.map(({ hash, why }) => why ?? hash)).toEqual([before?.hash, "apart"]);
    expect(repositories.git(apart, "ls-tree", "--name-only", "of-dc2:dc2").split("\n")).toHaveLength(2);
    expect(repositories.git(origin, "ls-tree", "--name-only", "gemelos-history:dc2").split("\n")).toHaveLength(2);
  });

  it("says what is wrong with what a site states", async () => {
    state("dc2", "{ kind: git, url: --upload-pack=evil }");
    expect(await linesOf(() => open("dc2", "dc1"))).toEqual([
      expect.stringMatching(
        /^Pulumi\.dc2\.yaml: gemelos:site\.history\.url: "--upload-pack=evil" must be a Git repository/,
      ),
    ]);
  });
});

describe("a store that was lost and made anew", () => {
  it("gets its records back from the copy", async () => {
    const [one, two] = [repositories.server("lost.git"), repositories.server("copy.git")];
    state("dc1", `{ kind: git, url: "${one}" }`);
    state("dc2", `{ kind: git, url: "${two}" }`);
    const history = await open("dc1", "dc2");
    for (const why of ["first", "second"]) await history.append(entryOf({ why }));
    const before = await history.records();
    renameSync(one, `${one}.lost`);
    expect(await history.records()).toEqual(before);
    expect(existsSync(repositories.server("lost.git"))).toBe(true);
    const machine = repositories.clone(two, "other-machine");
    for (const file of ["Pulumi.dc1.yaml", "Pulumi.dc2.yaml"]) copyFileSync(join(folder, file), join(machine, file));
    const opened = await openHistory({ name: "dc1", peer: "dc2" }, { folder: machine, onNote: () => undefined });
    await expect(opened.records()).rejects.toThrow("records 1 to 2 are missing at the end");
    expect(await opened.restore()).toBe(2);
    expect(await opened.records()).toEqual(before);
    expect(await opened.restore()).toBe(0);
  });
});

it("a project that was unpacked without Git reads a stated store all the same", async () => {
  const plain = join(repositories.folder, "plain");
  repositories.git(folder, "init", "--quiet", "--bare", plain);
  renameSync(join(plain, "HEAD"), join(plain, "NO-HEAD"));
  writeFileSync(
    join(plain, "Pulumi.dc1.yaml"),
    `config:\n  gemelos:site:\n    history: { kind: git, url: "${apart}", branch: of-dc2 }\n`,
  );
  const history = await openHistory({ name: "dc1" }, { folder: plain, onNote: () => undefined });
  expect(await history.records()).toEqual([]);
  expect(existsSync(join(repositories.folder, "state", "gemelos", "history", "repository.git", "HEAD"))).toBe(true);
});
