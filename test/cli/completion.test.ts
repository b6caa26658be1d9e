import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { projectFolder } from "../../recorder/stackFile.ts";

/** What a shell is given to run, with the script loaded. */
function inShell(shell: string, code: string): string[] {
  const load = `source <("$0" cli/main.ts completion ${shell})\n`;
  const args = shell === "zsh" ? ["-f", "-c"] : ["--norc", "-c"];
  const { stdout, stderr } = spawnSync(shell, [...args, load + code, process.execPath], {
    cwd: projectFolder,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return stdout.trim().split("\n");
}

/** What bash offers after these words, the last of which is at the cursor. */
function inBash(...words: string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const code = `COMP_WORDS=(${quoted}) COMP_CWORD=${words.length - 1}\n_gemelos\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  return inShell("bash", code);
}

it.each<[words: string[], offered: string[]]>([
  [["gemelos", "par"], ["parity"]],
  [
    ["gemelos", "render", "--site", ""],
    ["dc1", "dc2"],
  ],
  [["npx", "gemelos", "render", "--site", "=", "dc2"], ["dc2"]],
  [["npx", "gemelos", "secrets", "put", "--service", "rec"], ["receipts"]],
  [
    ["gemelos", "promote", "release", "--from", ""],
    ["dc1", "dc2"],
  ],
  [["gemelos", "promote", "release", "--from", "dc1", "--to", "dc2"], ["dc2"]],
  [["gemelos", "promote", "image", "rec"], ["receipts"]],
  [["gemelos", "rollback", "--site", "dc1", "--to", ""], [""]],
  [["npx", "gem"], [""]],
  [["npx", "vitest", "ren"], [""]],
])("bash completes %j", (words, offered) => {
  expect(inBash(...words)).toEqual(offered);
});

it("bash runs nothing of what is typed", () => {
  expect(inBash("gemelos", "render", "--out", "$(touch /dev/stderr >&2; echo ran >&2)", "--site", "dc1")).toEqual([
    "dc1",
  ]);
});

it("bash can load the script twice", () => {
  expect(inShell("bash", 'source <("$0" cli/main.ts completion bash); complete -p gemelos npx')).toEqual([
    "complete -o default -F _gemelos gemelos",
    "complete -o default -F _gemelos npx",
  ]);
});

const hasZsh = spawnSync("zsh", ["--version"]).status === 0;

it.runIf(hasZsh)("zsh completes the same, with descriptions", () => {
  // A pseudo-terminal of its own, into which the keys are typed: Ctrl-D lists what there is.
  const code = `zmodload zsh/zpty
zpty -b typing zsh -f -i
type_in() { zpty -w -n typing "$1" }
wait_for() { local part all; for (( i = 0; i < 600; i++ )) { zpty -r typing part || sleep 0.05; all+=$part; [[ $all == *$1* ]] && return }; echo "no $1 in: $all" >&2; exit 1 }
type_in $'PS1=ready: ; source <('"$0"$' cli/main.ts completion zsh); echo loa\\'\\'ded\\n'; wait_for loaded
type_in $'npx gemelos pa\\t'; wait_for parity
type_in $'--rel\\t'; wait_for releases
type_in $'\\x15gemelos render --site \\t\\x04'; wait_for dc2
type_in $'\\x15gemelos secrets ro\\x04'; wait_for older
echo all`;
  expect(inShell("zsh", code)).toEqual(["all"]);
});
