import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../recorder/stackFile.ts";

/** What a person mistypes, which needs no sandbox to be told. */
test.each<[args: readonly string[], says: RegExp]>([
  [["up", "--name", "A B"], /at most 32 lower-case letters, digits and hyphens/],
  [["up", "now"], /too many arguments/],
  [["deploy", "--site", "dc9"], /unknown site "dc9"; .*dc1, dc2/],
  [["deploy", "--refesh"], /unknown option '--refesh'/],
  [["logs", "dc1"], /missing required argument 'server'/],
  [["logs", "dc9", "etcd"], /unknown site "dc9"; .*dc1, dc2/],
  [["fly"], /unknown command '\[not shown\]'/],
])("sandbox %j ends with 2 and says what is allowed", (args, says) => {
  const file = join(projectFolder, "cli", "main.ts");
  const { status, stderr } = spawnSync(process.execPath, [file, "sandbox", ...args], { encoding: "utf8" });
  expect(stderr).toMatch(says);
  expect(status).toBe(2);
});
