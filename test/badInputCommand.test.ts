import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runCommand } from "../command/command.ts";
import { type CommandResult, ProjectCopy } from "./support/projectCopy.ts";
import { listed } from "./support/watchedCopy.ts";

let project: ProjectCopy;
beforeAll(async () => {
  project = await ProjectCopy.create();
  await project.write("occupied", "a file, where a folder is wanted\n");
});
afterAll(() => project.dispose());

describe("a command line that is wrong: exit code 2, and what to do", () => {
  const help = "(add --help for what is allowed)";
  it.each([
    [["--colour"], `error: unknown option '--colour'\n${help}\n`],
    [["dc1"], `error: too many arguments. Expected 0 arguments but got 1: dc1.\n${help}\n`],
    [["--site"], `error: option '--site <name...>' argument missing\n${help}\n`],
    [
      ["--format", "xml"],
      `error: option '--format <format>' argument 'xml' is invalid. Allowed choices are table, json.\n${help}\n`,
    ],
    [
      ["--site", "dc1", "--site", "dc9"],
      '1 problem, nothing was made:\n  Pulumi.dc9.yaml: --site: "dc9" is no site; there are dc1, dc2\n',
    ],
  ])("render %j", async (args, stderr) => {
    expect(await project.run("render", ...args)).toEqual({ code: 2, stdout: "", stderr });
  });

  it.each(["occupied", "occupied/out"])("render --out %s, which cannot be a folder", async (out) => {
    const says = `error: ${project.path(out)} is no folder, or leads through a file; remove the file or name another folder\n`;
    expect(await project.run("render", "--out", out)).toEqual({ code: 2, stdout: "", stderr: says });
    expect(await project.read("occupied")).toBe("a file, where a folder is wanted\n");
  });
});

describe("a folder that cannot be made", () => {
  it("ends at once where a file system refuses, as /proc does", async () => {
    const { code, stderr } = await project.run("render", "--out", "/proc/nope");
    expect(stderr).toBe(
      "error: /proc/nope cannot be written (ENOENT); ask for the right to write there or name another folder\n",
    );
    expect(code).toBe(2);
  });

  it("must have a name: without one, sites would be written into the project itself", async () => {
    const { code, stderr } = await project.run("render", "--out", "");
    expect(stderr).toContain("argument '' is invalid. It must not be empty; name a folder, such as out.");
    expect(code).toBe(2);
  });
});

describe("a folder that may not be written", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it.each([
    ["EACCES", "cannot be written (EACCES); ask for the right to write there or name another folder"],
    ["EROFS", "cannot be written (EROFS); ask for the right to write there or name another folder"],
    ["ENOSPC", "has no space left; free some or name another folder"],
  ])("%s", async (code, says) => {
    const written: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
    vi.spyOn(process, "argv", "get").mockReturnValue(["node", "render"]);
    const command = new Command("render").action(() => {
      throw Object.assign(new Error(`${code}: mkdir '/srv/out'`), { code, path: "/srv/out" });
    });
    await runCommand(command);
    expect(process.exitCode).toBe(2);
    expect(written).toEqual([`error: /srv/out ${says}\n`]);
  });
});

const description = (name: string) =>
  `export const x = { name: "${name}", namespace: "shop", description: "d", owner: "o", resources: { requests: { cpu: "1", memory: "1Gi" } } };\n`;

describe("both sites and many services wrong together", () => {
  let result: CommandResult;
  let left: string[];
  beforeAll(async () => {
    const broken = await ProjectCopy.create();
    try {
      await broken.write("out/dc1/kept.yaml", "from an earlier run\n");
      await broken.write("out/dc1/resources.json", "[]");
      await broken.replace("Pulumi.dc1.yaml", 'cpu: "8"', "cpu: eight");
      await broken.replace("Pulumi.dc2.yaml", "peer: dc1", "peer: dc2");
      await broken.replace("services/notifications/index.ts", '"768Mi"', '"768MB"');
      await broken.replace("services/receipts/index.ts", "startupSeconds: 240", "startupSeconds: 0");
      const files: Readonly<Record<string, string | Uint8Array>> = {
        "wrong-name/index.ts": description("other"),
        "two-exports/index.ts": `${description("two-exports")}export const y = 1;\n`,
        "syntax-error/index.ts": "// two lines\nexport const = 3;\n",
        "importer/index.ts": 'import { x } from "../syntax-error/index.ts";\nexport const y = x;\n',
        "missing-index/readme.md": "later\n",
        "missing-import/index.ts": 'import { x } from "../receipts/index";\nexport const y = x;\n',
        "wrong-import/index.ts": 'import { x } from "../receipts/index.ts";\nexport const y = x;\n',
        "throws/index.ts": 'export const x = JSON.parse("nothing");\n',
        "bad-file/index.ts": description("bad-file"),
        "bad-file/config/año nuevo.yaml": "a: b\n",
        "bad-file/config/folder/a.yaml": "a: b\n",
        "bad-file/config/latin.yaml": Buffer.from("a: ñ\n", "latin1"),
        "no-folder/index.ts": description("no-folder"),
        "no-folder/config": "a: b\n",
      };
      for (const [path, content] of Object.entries(files)) await broken.write(`services/${path}`, content);
      result = await broken.run("render");
      left = await listed(broken, "out");
    } finally {
      await broken.dispose();
    }
  });

  it("ends with exit code 2, counts the problems, and leaves the earlier out/ alone", () => {
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/^15 problems, nothing was made:\n/);
    expect(result.stdout).toBe("");
    expect(left).toEqual(["dc1", "dc1/kept.yaml", "dc1/resources.json"]);
  });

  it.each([
    'Pulumi.dc1.yaml: gemelos:site.nodes[0].cpu: "eight" must be a CPU quantity above zero, such as "2", "0.5" or "200m"',
    'Pulumi.dc2.yaml: gemelos:site.peer: "dc2" is the site itself; name the other site',
    'services/notifications: resources.requests.memory: "768MB" must be a quantity of bytes above zero in Ki, Mi, Gi or Ti, such as "512Mi" or "1Gi" (GB and M are decimal units and easily mistaken)',
    "services/receipts: startupSeconds: 0 must be a whole number above zero",
    'services/wrong-name/index.ts: name: "other" must be the name of its folder, "wrong-name"; rename one of them',
    'services/two-exports/index.ts: has 2 exports; export exactly one: export const ... : Microservice = { name: "two-exports", ... }',
    "services/syntax-error/index.ts: line 2: does not load: Unexpected token `=`. Expected yield, an identifier, [ or {; correct it, npm run check:types says more",
    "services/missing-index/index.ts: is not there; every service folder has an index.ts that describes it",
    "services/missing-import/index.ts: imports services/receipts/index, which is not there; correct the import: it names an existing file with its .ts ending",
    "services/throws/index.ts: does not load: Unexpected token 'o', \"nothing\" is not valid JSON; correct it, npm run check:types says more",
    "services/bad-file/config/año nuevo.yaml: cannot be a ConfigMap's key; rename it: letters a-z and A-Z, digits, - _ .",
    "services/bad-file/config/folder: is no file; a ConfigMap has no folders, so move its files up",
    "services/bad-file/config/latin.yaml: is not UTF-8 text; save it in UTF-8",
    "services/no-folder/config: must be a folder; put the templates into a folder of this name",
  ])("says: %s", (line) => {
    expect(result.stderr).toContain(`\n  ${line}\n`);
  });

  it("says which file imports what another does not export, with the line where Node knows it", () => {
    expect(result.stderr).toMatch(
      /\n {2}services\/wrong-import\/index\.ts: (line 1: )?does not load: .* (export named 'x'|does not export); correct it, npm run check:types says/,
    );
  });

  it("names no folder of the machine, no stack of calls and nothing undefined", () => {
    expect(result.stderr).not.toMatch(/\/tmp|node_modules|node:|\n +at |undefined/);
  });
});
