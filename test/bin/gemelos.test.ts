import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const root = join(import.meta.dirname, "..", "..");

it.each([root, join(root, "services")])("npx gemelos works in %s", (cwd) => {
  const output = execFileSync("npx", ["--offline", "gemelos", "--version"], { cwd, encoding: "utf8" });
  expect(output).toBe(`${manifest.version}\n`);
});

/** Makes Node say that it is one that reads no TypeScript. */
const older =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.19.0"}})';

function runOnOlderNode(...args: string[]) {
  const command = ["--import", older, join(root, "bin", "gemelos.js"), ...args];
  return spawnSync(process.execPath, command, { encoding: "utf8" });
}

it("goes on with the installed Node where it is started by an older one", () => {
  expect(runOnOlderNode("--version")).toMatchObject({ status: 0, stdout: `${manifest.version}\n` });
});

it("hands the exit code on", () => {
  expect(runOnOlderNode("rendr")).toMatchObject({ status: 2, stdout: "" });
});
