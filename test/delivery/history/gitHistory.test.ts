import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gitStore } from "../../../delivery/history/gitStore.ts";
import { type History, historyOf } from "../../../delivery/history/history.ts";
import { KeptEntries } from "../../../delivery/history/keptEntries.ts";
import { GitRepositories } from "../../support/gitRepositories.ts";
import { chainOf, entryOf, linesOfRecords } from "../../support/historyRecords.ts";

const branch = "gemelos-history";
let repositories: GitRepositories;
let one: string;
let two: string;
let clone: string;
let notes: string[];

beforeEach(() => {
  repositories = new GitRepositories();
  one = repositories.server("one.git");
  two = repositories.server("two.git");
  clone = repositories.clone(one, "clone");
  notes = [];
});
afterEach(() => repositories.remove());

/** The history of dc1 in the first repository, with a copy in the second or without; dc2's is the other way round. */
async function open(site = "dc1", folder = clone, { apart = true, state = "state" } = {}): Promise<History> {
  const store = await gitStore({ remote: site === "dc1" || !apart ? "origin" : two, branch, folder });
  const other = await gitStore({ remote: site === "dc1" && apart ? two : "origin", branch, folder });
  return historyOf({
    site,
    store,
    peer: { site: site === "dc1" ? "dc2" : "dc1", store: other },
    kept: new KeptEntries(site, store.place, join(repositories.folder, state)),
    onNote: (note) => notes.push(note),
    environment: { VAULT_TOKEN: "hvs.planted-token-of-ana" },
    now: () => new Date(),
  });
}

const namesIn = (server: string, site = "dc1") =>
  repositories.git(server, "ls-tree", "--name-only", `${branch}:${site}`).split("\n");
const linesIn = (server: string, site = "dc1") =>
  namesIn(server, site).map((name) => repositories.git(server, "cat-file", "blob", `${branch}:${site}/${name}`));

/** Replaces a site's records on the branch, as somebody who may push can. */
function overwrite(server: string, lines: readonly string[], site = "dc1", parent: string | null = branch): void {
  const file = join(repositories.folder, "edited");
  const git = (...args: string[]) =>
    repositories.git(server, "-c", "user.name=M", "-c", "user.email=m@tax.example", ...args);
  const blobs = lines.map((line) => {
    writeFileSync(file, `${line}\n`);
    return git("hash-object", "-w", file);
  });
  const index = join(repositories.folder, "index");
  const env = (args: string[]) => repositories.git(server, ...args);
  process.env["GIT_INDEX_FILE"] = index;
  try {
    env(["read-tree", branch]);
    env(["rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "--", site]);
    for (const [index, blob] of blobs.entries()) {
      env([
        "update-index",
        "--add",
        "--cacheinfo",
        `100644,${blob},${site}/${String(index + 1).padStart(10, "0")}.json`,
      ]);
    }
    const tree = env(["write-tree"]);
    const commit = git("commit-tree", tree, ...(parent === null ? [] : ["-p", parent]), "-m", "Edited");
    env(["update-ref", `refs/heads/${branch}`, commit]);
  } finally {
    delete process.env["GIT_INDEX_FILE"];
  }
}

describe("the branch", () => {
  it("holds a file a record, as a bucket does, in the order of what happened, and a copy in the other store", async () => {
    const history = await open();
    expect(await history.records()).toEqual([]);
    const first = await history.append(entryOf({ outcome: "started" }));
    const second = await history.append(entryOf({ started: first.sequence }));
    expect([first.sequence, second.sequence, second.previous]).toEqual([1, 2, first.hash]);
    expect(await history.records()).toEqual([first, second]);
    expect(namesIn(one)).toEqual(["0000000001.json", "0000000002.json"]);
    expect(linesIn(one)).toEqual(linesOfRecords([first, second]));
    expect(linesIn(two)).toEqual(linesIn(one));
    expect(await history.verify()).toMatchObject({ problems: [], notes: [] });
    expect(notes).toEqual([]);
  });

  it("is none of the project's: neither its files nor its index nor its branches change", async () => {
    writeFileSync(join(clone, "unsaved"), "work");
    const state = () => [
      readdirSync(clone).toSorted(),
      repositories.git(clone, "status", "--porcelain", "--branch"),
      repositories.git(clone, "for-each-ref", "refs/heads", "refs/tags"),
    ];
    const before = state();
    await (await open()).append(entryOf());
    expect(state()).toEqual(before);
    expect(repositories.git(one, "rev-list", "--count", branch)).toBe("1");
  });

  it("keeps both sites apart, each vouching for the end of the other", async () => {
    const [dc1, dc2] = [await open("dc1", clone, { apart: false }), await open("dc2", clone, { apart: false })];
    const first = await dc1.append(entryOf());
    const second = await dc2.append(entryOf());
    expect(second.peer).toEqual({ site: "dc1", sequence: 1, hash: first.hash });
    overwrite(one, []);
    await expect(dc1.records()).rejects.toThrow("record 1 is missing: record 1 of dc2 has seen it");
  });

  it.each([
    ["a folder in place of a record", "040000 tree", true],
    ["a link in place of a record", "120000 blob", true],
    ["a file in place of the folder", "100644 blob", false],
    ["a link in place of the folder", "120000 blob", false],
  ])("with %s is not what was recorded, and the copy does not pass for it", async (_, kind, isInside) => {
    await (await open()).append(entryOf());
    const git = (...args: string[]) =>
      repositories.git(one, "-c", "user.name=M", "-c", "user.email=m@tax.example", ...args);
    const treeOf = (input: string) => execFileSync("git", ["mktree"], { cwd: one, input, encoding: "utf8" }).trim();
    const record = "0000000001.json";
    const hash = git("rev-parse", kind.endsWith("tree") ? `${branch}^{tree}` : `${branch}:dc1/${record}`);
    const tree = isInside
      ? treeOf(`040000 tree ${treeOf(`${kind} ${hash}\t${record}\n`)}\tdc1\n`)
      : treeOf(`${kind} ${hash}\tdc1\n`);
    git("update-ref", `refs/heads/${branch}`, git("commit-tree", tree, "-p", branch, "-m", "Edited"));
    const said = isInside
      ? `dc1/${record} of the branch gemelos-history of origin`
      : "dc1 of the branch gemelos-history of origin";
    expect((await (await open()).verify()).problems.join("\n")).toContain(said);
    const what = isInside ? "is no file any more" : "is no folder of records any more";
    await expect((await open()).records()).rejects.toThrow(what);
    await expect((await open()).append(entryOf())).rejects.toThrow(what);
  });

  it("takes every record of many writers at once, one after the other", async () => {
    const writers = await Promise.all(
      Array.from({ length: 4 }, async (_, index) => {
        const folder = repositories.clone(one, `writer${index}`);
        return open("dc1", folder, { state: `state${index}` });
      }),
    );
    const records = await Promise.all(
      writers.map(async (history, index) => {
        await history.append(entryOf({ why: `one of ${index}` }));
        return history.append(entryOf({ why: `two of ${index}` }));
      }),
    );
    expect(records.map(({ sequence }) => sequence)).toHaveLength(4);
    const all = await (await open()).records();
    expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(all.map(({ why }) => why)).size).toBe(8);
  });
});

describe("a store that cannot be reached", () => {
  const away = () => renameSync(one, `${one}.away`);
  const back = () => renameSync(`${one}.away`, one);

  it("keeps the record in a file of this user, says which, and the next run brings it along once", async () => {
    const history = await open();
    await history.append(entryOf({ why: "the first" }));
    away();
    const kept = join(repositories.folder, "state");
    await expect(history.append(entryOf({ why: "the second" }))).rejects.toThrow(
      /^not recorded in the history of dc1: the branch gemelos-history of origin .* cannot be read .*\n {2}Nothing is lost: .*\.jsonl keeps it.*--append-kept$/,
    );
    const [file = ""] = readdirSync(kept).filter((name) => name.endsWith(".jsonl"));
    expect(statSync(join(kept, file)).mode & 0o777).toBe(0o600);
    back();
    expect((await history.verify()).notes.join()).toMatch(/1 entry waits in .* and is not in the history yet/);
    const third = await history.append(entryOf({ why: "the third" }));
    expect(third.sequence).toBe(3);
    expect((await history.records()).map(({ why }) => why)).toEqual(["the first", "the second", "the third"]);
    expect(await history.verify()).toMatchObject({ problems: [], notes: [] });
    expect(await history.appendKept()).toBe(0);
  });

  it("is read from the copy, and says so", async () => {
    const record = await (await open()).append(entryOf());
    away();
    expect(await (await open()).records()).toEqual([record]);
    expect(notes.join()).toMatch(/cannot be read .*The copy in the branch gemelos-history of .*two\.git is shown/s);
  });

  it("beside files that are no history of its sites, says so where it is verified", async () => {
    const history = await open();
    await history.append(entryOf());
    overwrite(one, ["{}"], "dc9");
    overwrite(one, ["{}"], "notes");
    const { problems, notes: said, records } = await history.verify();
    expect([problems, records.length]).toEqual([[], 1]);
    expect(said.join("\n")).toMatch(/gemelos-history of origin .* holds dc9, notes, which is no site's history/);
  });

  it("is behind with its copy, and catches up", async () => {
    renameSync(two, `${two}.away`);
    await (await open()).append(entryOf());
    expect(notes.join("\n")).toMatch(/So the copy of the history of dc1 in .*two\.git is behind/);
    renameSync(`${two}.away`, two);
    expect((await (await open()).verify()).notes.join()).toContain("lacks the newest 1");
    await (await open()).append(entryOf());
    expect(linesIn(two)).toEqual(linesIn(one));
  });

  it("and that refuses the push: what its server says is told, and the record is kept", async () => {
    const hook = join(one, "hooks", "pre-receive");
    writeFileSync(hook, "#!/bin/sh\necho 'this branch is locked' >&2\nexit 1\n");
    chmodSync(hook, 0o755);
    await expect((await open()).append(entryOf())).rejects.toThrow(
      /cannot be written \(.*this branch is locked.*Nothing is lost/s,
    );
  });

  it("of which this machine knows nothing, since the folder is no clone", async () => {
    const store = await gitStore({ remote: "origin", branch, folder: two });
    await expect(store.read(["dc1"])).rejects.toThrow(
      "this is no clone of a repository with the remote origin: state history in the site's file",
    );
  });
});

describe("what somebody has done to the branch is found, and nothing is added to it", () => {
  async function filled(): Promise<string[]> {
    const history = await open();
    for (const why of ["first", "second", "third"]) await history.append(entryOf({ why }));
    return linesIn(one);
  }

  it.each([
    [
      "edited in the middle",
      (lines: string[]) => lines.with(1, (lines[1] ?? "").replace("second", "edited")),
      "record 2 was edited",
    ],
    ["a record taken out", (lines: string[]) => lines.toSpliced(1, 1), "record 2 is missing"],
    ["the end cut", (lines: string[]) => lines.slice(0, 2), "record 3 is missing at the end; the copy in"],
    [
      "another site's history",
      () => linesOfRecords(chainOf("dc2", [entryOf()])),
      "record 1 is of site dc2 and not of dc1",
    ],
    ["written anew", () => linesOfRecords(chainOf("dc1", [entryOf()])), "record 1 is another one in the copy in"],
  ])("%s", async (_, edit, problem) => {
    overwrite(one, edit(await filled()));
    const history = await open();
    await expect(history.records()).rejects.toThrow(problem);
    await expect(history.append(entryOf())).rejects.toThrow(/is not what was recorded[\s\S]*Nothing is lost/);
    expect((await history.verify()).problems.join("\n")).toContain(problem);
  });

  it("the branch was pushed anew, which only those see who have seen it before", async () => {
    const lines = await filled();
    overwrite(one, lines, "dc1", null);
    await expect((await open()).records()).rejects.toThrow(
      /was written anew: it is \w{10} now, and this machine has seen/,
    );
    repositories.git(one, "update-ref", "-d", `refs/heads/${branch}`);
    await expect((await open()).records()).rejects.toThrow(/origin \(.*\) is gone, and this machine has seen/);
  });
});

it("no secret is recorded, wherever it was put in", async () => {
  const gate = {
    state: "fail",
    conditions: [{ name: "verification", state: "fail", message: "token hvs.planted-token-of-ana was refused" }],
  } as const;
  const history = await open();
  const record = await history.append(entryOf({ why: "password=S3cr3t-Pl4nted was wrong", outcome: "failed", gate }));
  expect(record.why).toBe("password=[hidden] was wrong");
  expect(record.gate?.conditions[0]?.message).toBe("token [hidden] was refused");
  for (const server of [one, two]) {
    expect(repositories.git(server, "log", "-p", branch)).not.toMatch(/S3cr3t|planted-token/);
  }
});
