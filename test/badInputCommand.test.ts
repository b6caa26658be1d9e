import { symlink } from "node:fs/promises";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runCommand } from "../command/runCommand.ts";
import { type CommandResult, ProjectCopy } from "./support/projectCopy.ts";
import { earlierRun, listed, writeEarlierRun } from "./support/watchedCopy.ts";
import { atNoPosition, expectTold, type Told } from "./support/wrongInput.ts";

let project: ProjectCopy;
beforeAll(async () => {
  project = await ProjectCopy.create();
  await project.write("occupied", "a file, where a folder is wanted\n");
});
afterAll(() => project.dispose());

describe("a command line that is wrong: exit code 2, and what to do", () => {
  it.each<[args: readonly string[], says: RegExp]>([
    [["--colour"], /^error: unknown option '--colour'\n.*--help/],
    [["dc1"], /^error: too many arguments.*got 1 \(not shown.*\.\n.*--help/],
    [["--site"], /^error: option '--site <name...>' argument missing\n.*--help/],
    [
      ["--format", "xml"],
      /^error: option '--format <format>' argument '\[not shown\]' .*table, wide, json\.\n.*--help/,
    ],
    [["--site", "dc1", "--site", "dc9"], /^error: unknown site "dc9"; expected one of dc1, dc2\n$/],
  ])("render %j", async (args, says) => {
    const { code, stdout, stderr } = await project.run("render", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
  });

  it.each(["occupied", "occupied/out"])("render --out %s, which cannot be a folder", async (out) => {
    const { code, stdout, stderr } = await project.run("render", "--out", out);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.startsWith(`error: ${project.path(out)} `)).toBe(true);
    expect(stderr).toMatch(/(folder|directory).*remove the file/);
    expect(await project.read("occupied")).toBe("a file, where a folder is wanted\n");
  });
});

describe("a secret that was typed as an argument is not shown again", () => {
  it.each([
    ["secrets", "put", "--site", "dc1", "--key", "registry", "Hunter2Typed"],
    ["secrets", "put", "--site", "dc1", "--key", "registry=Hunter2Typed"],
    ["secrets", "put", "--site", "dc1", "--service", "Hunter2Typed", "--key", "registry"],
    ["secrets", "put", "--site", "Hunter2Typed", "--key", "registry"],
    ["secrets", "put", "--site", "dc1", "--key", "registry", "--value=Hunter2Typed"],
    ["secrets", "put", "--site", "dc1", "--key", "registry", "-Hunter2Typed"],
    ["secrets", "put", "--site", "dc1", "--key", "registry", "--address", "Hunter2Typed"],
    ["secrets", "rollback", "--site", "dc1", "--key", "registry", "--to", "Hunter2Typed"],
    ["secrets", "status", "--site", "dc1", "--format", "Hunter2Typed"],
    ["secrets", "Hunter2Typed"],
    ["new-service", "Hunter2Typed"],
    ["new-service", "ok", "Hunter2Typed"],
    ["adopt", "--Hunter2Typed"],
    ["adopt", "manifests.yaml", "--format", "Hunter2Typed"],
    ["render", "Hunter2Typed"],
    ["render", "--site", "Hunter2Typed"],
    ["parity", "Hunter2Typed"],
    ["preview", "Hunter2Typed"],
    ["drift", "--site", "dc1", "Hunter2Typed"],
  ])("%s %s %s %s %s %s %s", async (name, ...args) => {
    const { code, stdout, stderr } = await project.run(name, ...args);
    expect(code).toBe(2);
    expect(stderr).not.toBe("");
    expect(stdout + stderr).not.toContain("Typed");
  });
});

describe("a folder that cannot be made", () => {
  it("ends at once where a file system refuses, as /proc does", async () => {
    const { code, stderr } = await project.run("render", "--out", "/proc/nope");
    expect(stderr).toMatch(/^error: \/proc\/nope cannot be written \(ENOENT\); .*another (folder|directory)\n$/);
    expect(code).toBe(2);
  });

  it("has a name that the system allows", async () => {
    const { code, stderr } = await project.run("render", "--out", "x".repeat(300));
    expect(stderr).toMatch(/^error: [^\n]*x{300} has a name that is too long[^\n]*; shorten it\n$/);
    expect(code).toBe(2);
  });

  it.each(["services", "services/new", "cli", "test", ".git", "node_modules/x", "link", ".", "..", "/"])(
    "is not %s, which is the project's own, or holds it",
    async (out) => {
      await project.write("test/a.test.ts", "");
      await symlink("services", project.path("link")).catch(() => undefined);
      const before = await listed(project, "services");
      const { code, stdout, stderr } = await project.run("render", "--out", out);
      expect(stderr).toMatch(/^error: --out: [^\n]* project itself; choose another[^\n]*\n$/);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(await listed(project, "services")).toEqual(before);
    },
  );

  it("must have a name: without one, sites would be written into the project itself", async () => {
    const { code, stderr } = await project.run("render", "--out", "");
    expect(stderr).toMatch(/argument .* is invalid.*not be empty/);
    expect(code).toBe(2);
  });
});

describe("a folder that may not be written", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it.each([
    ["EACCES", /cannot be written \(EACCES\); .*another/],
    ["EROFS", /cannot be written \(EROFS\); .*another/],
    ["ENOSPC", /(full|space).*another/],
  ])("%s", async (code, says) => {
    const written: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
    vi.spyOn(process, "argv", "get").mockReturnValue(["node", "render"]);
    const command = new Command("render").action(() => {
      throw Object.assign(new Error(`${code}: mkdir '/srv/out'`), { code, syscall: "mkdir", path: "/srv/out" });
    });
    await runCommand(command);
    expect(process.exitCode).toBe(2);
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^error: \/srv\/out [^\n]+\n$/);
    expect(written[0]).toMatch(says);
  });
});

const description = (name: string, more = "") =>
  `export const x = { name: "${name}", namespace: "shop", description: "d", owner: "o", resources: { requests: { cpu: "1", memory: "1Gi" } }, ${more} };\n`;

describe("both sites and many services wrong together", () => {
  let result: CommandResult;
  let left: string[];
  beforeAll(async () => {
    const broken = await ProjectCopy.create();
    try {
      await writeEarlierRun(broken);
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
        "circle/index.ts":
          'import { arc } from "../arc/index.ts";\nexport const circle = { name: "circle", calls: [arc] };\n',
        "arc/index.ts":
          'import { circle } from "../circle/index.ts";\nexport const arc = { name: "arc", calls: [circle] };\n',
        "bad-file/config/.DS_Store": Buffer.from("Bud1\0"),
        "bad-file/config/logo.png": Buffer.from("89504e470d0a1a0a", "hex"),
        "bad-file/application.yaml": "a: b\n",
        "loose-secrets/index.ts": `import { generated, supplied } from "../../components/secrets.ts";\n${description(
          "loose-secrets",
          "secrets: { A: supplied(), B: supplied('Hunter2Typed'), C: generated(48), D: generated({ lenght: 48 }) }",
        )}`,
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
    // 24 mistakes, and in both sites a release of each of the 13 new services is missing, also of those that do not load.
    expect(result.stderr).toMatch(/^50 problems, nothing was changed:\n/);
    expect(result.stderr.match(/: gemelos:releases\.[\w-]+: is missing; add tag@sha256/g)).toHaveLength(26);
    expect(result.stdout).toBe("");
    expect(left).toEqual(earlierRun);
  });

  it.each<Told>([
    { place: "Pulumi.dc1.yaml: gemelos:site.nodes[0].cpu", shows: '"eight"', says: /CPU.*"200m"/ },
    { place: "Pulumi.dc1.yaml: gemelos:site.peer", shows: '"dc2"', says: /does not name this site back/ },
    { place: "Pulumi.dc2.yaml: gemelos:site.peer", shows: '"dc2"', says: /itself; name the other site/ },
    { place: "services/notifications: resources.requests.memory", shows: '"768MB"', says: /bytes.*Ki, Mi, Gi or Ti/ },
    { place: "services/receipts: startupSeconds", shows: "0", says: /above zero/ },
    { place: "services/wrong-name/index.ts: name", shows: '"other"', says: /folder.*"wrong-name"; rename/ },
    { place: "services/two-exports/index.ts", says: /2 exports; export exactly one.*"two-exports"/ },
    { place: "services/syntax-error/index.ts:2:14", says: /Unexpected token `=`.*check:types/ },
    { place: "services/missing-index/index.ts", says: /index\.ts/ },
    { place: "services/missing-import/index.ts", says: /services\/receipts\/index, .*import.*\.ts/ },
    { place: "services/throws/index.ts:1:23", says: /"nothing" is not valid JSON.*check:types/ },
    { place: "services/bad-file/config/año nuevo.yaml", says: /ConfigMap's key; rename it: / },
    { place: "services/bad-file/config/folder", says: /ConfigMap.*move .*files up/ },
    { place: "services/bad-file/config/latin.yaml:1:4", says: /not UTF-8 text .*ISO-8859-1.*; save it/ },
    { place: "services/bad-file/config/.DS_Store", says: /file manager.*delete it/ },
    { place: "services/bad-file/config/logo.png", says: /picture \(PNG\).*into the image/ },
    { place: "services/bad-file/application.yaml", says: /not read.*services\/bad-file\/config, move it there/ },
    { place: "services/loose-secrets: secrets.A.description", says: /^is missing; add it/ },
    { place: "services/loose-secrets: secrets.B", says: /^must be .*supplied\(\{ description \}\).*never stands here/ },
    { place: "services/loose-secrets: secrets.C", says: /^must be .*generated\(\{ length: 48 \}\)/ },
    { place: "services/loose-secrets: secrets.D.lenght", says: /unknown key/ },
    { place: "services/no-folder/config", says: /must be a (folder|directory)/ },
  ])("says about $place", (told) => {
    const about = result.stderr
      .split("\n  ")
      .filter((line) => atNoPosition(line, told.place).startsWith(`${told.place}: `));
    expectTold(about, told);
  });

  it("says where two services import each other, once, in the one of them that Node ran first", () => {
    const told = result.stderr.match(/\n {2}services\/(arc|circle)\/index\.ts:.*import each other.*/g);
    expect(told).toHaveLength(1);
    expect(told?.[0]).toMatch(
      /(arc\/index\.ts:2:43: names circle while .*\[circle\]|circle\/index\.ts:2:49: names arc while .*\[arc\])$/,
    );
  });

  it("says which file imports what another does not export, with the line where Node knows it", () => {
    expect(result.stderr).toMatch(
      /\n {2}services\/wrong-import\/index\.ts(:1:\d+)?: .* (export named 'x'|does not export).*check:types/,
    );
  });

  it("names no folder of the machine, no stack of calls and nothing undefined", () => {
    expect(result.stderr).not.toMatch(/\/tmp|node_modules|node:|\n +at |undefined/);
  });
});
