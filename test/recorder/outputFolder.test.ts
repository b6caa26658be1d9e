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

/** Fills a folder as a run does. */
function write(folder: OutputFolder, text: string): void {
  writeFileSync(join(folder.temporary, "resources.json"), text);
}

/** The number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

describe("the folder of one site's output", () => {
  it("takes the place of what an earlier run wrote, as a whole", () => {
    for (const text of ["[1]", "[2]"]) {
      const folder = new OutputFolder(parent, "dc1");
      write(folder, text);
      writeFileSync(join(folder.temporary, `${text}.yaml`), "");
      folder.commit();
    }
    expect(readdirSync(parent)).toEqual(["dc1"]);
    expect(readdirSync(join(parent, "dc1")).sort()).toEqual(["[2].yaml", "resources.json"]);
  });

  it("never takes the place of somebody's own files", () => {
    mkdirSync(join(parent, "dc1"));
    const empty = new OutputFolder(parent, "dc1");
    empty.discard();
    writeFileSync(join(parent, "dc1", "kubeconfig"), "mine");
    expect(() => new OutputFolder(parent, "dc1")).toThrow(
      /dc1: .*not written by this command.*resources\.json.*remove it.*--out/,
    );
    expect(readdirSync(parent)).toEqual(["dc1"]);
    expect(readdirSync(join(parent, "dc1"))).toEqual(["kubeconfig"]);
  });

  it("is known as a run's own from its first moment, so that what a kill leaves can be removed", () => {
    const killed = new OutputFolder(parent, "dc1");
    writeFileSync(join(killed.temporary, "deployment.yaml"), "");
    renameSync(killed.temporary, join(parent, `.dc1.${endedProcess()}.tmp`));
    new OutputFolder(parent, "dc2").discard();
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
    writeFileSync(join(others ?? "", "letter.txt"), "mine");
    new OutputFolder(parent, "dc1").discard();
    expect([own, old, others, living].map((folder) => existsSync(folder ?? ""))).toEqual([false, false, true, true]);
  });
});
