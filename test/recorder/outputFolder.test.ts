import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OutputFolder } from "../../recorder/outputFolder.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "gemelos-output-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

const open = (name: string) => {
  const [folder] = OutputFolder.create(parent, [name]);
  if (folder === undefined) throw new Error("no folder");
  return folder;
};

/** Writes a folder as a run does. */
function write(files: readonly string[], name = "dc1"): void {
  const folder = open(name);
  for (const file of files) writeFileSync(join(folder.temporary, file), file);
  folder.commit(files);
}

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

describe("the folder of one site's output", () => {
  it("takes the place of what an earlier run wrote, as a whole", () => {
    write(["resources.json", "old.yaml"]);
    write(["resources.json", "new.yaml"]);
    expect(readdirSync(parent)).toEqual(["dc1"]);
    expect(readdirSync(join(parent, "dc1")).sort()).toEqual([".gemelos-rendered", "new.yaml", "resources.json"]);
  });

  it("never takes the place of somebody's own files, whatever their names are, and names those of all sites", () => {
    for (const site of ["dc1", "dc2"]) mkdirSync(join(parent, site));
    writeFileSync(join(parent, "dc1", "resources.json"), "[]");
    writeFileSync(join(parent, "dc2", "kubeconfig"), "mine");
    expect(() => OutputFolder.create(parent, ["dc1", "dc2"])).toThrow(
      /dc1: was not written by this command .*holds resources\.json; .*--out\n.*dc2: .*holds kubeconfig; move that away/,
    );
    expect(readdirSync(parent)).toEqual(["dc1", "dc2"]);
  });

  it("never loses a file that somebody put beside its own", () => {
    write(["resources.json"]);
    mkdirSync(join(parent, "dc1", "notes"));
    writeFileSync(join(parent, "dc1", "notes", "precious.txt"), "mine");
    expect(() => open("dc1")).toThrow(
      /dc1: holds what this command did not write: notes\/precious\.txt; move that away/,
    );
    expect(readdirSync(join(parent, "dc1", "notes"))).toEqual(["precious.txt"]);
  });

  it("is not taken for its own by a mark that says something else", () => {
    mkdirSync(join(parent, "dc1"));
    writeFileSync(join(parent, "dc1", ".gemelos-rendered"), "mine");
    expect(() => open("dc1")).toThrow(/not written by this command.*\.gemelos-rendered/);
  });

  it("takes the place of an empty folder", () => {
    mkdirSync(join(parent, "dc1"));
    write(["resources.json"]);
    expect(readdirSync(join(parent, "dc1"))).toContain("resources.json");
  });

  it("is known as a run's own from its first moment, so that what a kill leaves can be removed", () => {
    const killed = open("dc1");
    writeFileSync(join(killed.temporary, "deployment.yaml"), "");
    renameSync(killed.temporary, join(parent, `.dc1.${endedProcess()}.tmp`));
    open("dc2").discard();
    expect(readdirSync(parent)).toEqual([]);
  });

  it("removes what its own interrupted runs left, and nobody else's", () => {
    const pid = endedProcess();
    const [own, old, others, living] = [
      `.dc1.${pid}.tmp`,
      `.dc1.${pid}.old.tmp`,
      `.editor.${pid}.tmp`,
      `.dc1.${process.ppid}.tmp`,
    ].map((name) => join(parent, name));
    for (const folder of [own, old, others, living]) mkdirSync(folder ?? "");
    writeFileSync(join(others ?? "", "resources.json"), "mine");
    open("dc1").discard();
    expect([own, old, others, living].map((folder) => existsSync(folder ?? ""))).toEqual([false, false, true, true]);
  });
});
