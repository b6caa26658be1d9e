import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ProjectCopy } from "../support/projectCopy.ts";
import { listed } from "../support/watchedCopy.ts";

/** What a branch's service must not get hold of. */
const planted = "planted-hunter2-value";
const credentials = {
  VAULT_TOKEN: planted,
  VAULT_ADDR: planted,
  PULUMI_ACCESS_TOKEN: planted,
  PULUMI_CONFIG_PASSPHRASE: planted,
  AWS_SECRET_ACCESS_KEY: planted,
  GITHUB_TOKEN: planted,
};
const service = "services/notifications/index.ts";

let project: ProjectCopy;
let home: string;
let original: string;
beforeAll(async () => {
  project = await ProjectCopy.create();
  original = await project.read(service);
  home = await mkdtemp(join(tmpdir(), "gemelos-test-home-"));
  await mkdir(join(home, ".kube"));
  await writeFile(join(home, ".vault-token"), planted);
  await writeFile(join(home, ".kube", "config"), planted);
  await project.write(".npmrc", planted);
});
afterEach(() => project.write(service, original));
afterAll(() => Promise.all([project.dispose(), rm(home, { recursive: true })]));

/** Runs a command as somebody who is logged in everywhere. */
const asOperator = (command: string, ...args: string[]) =>
  project.runWith({ env: { ...credentials, KUBECONFIG: join(home, ".kube", "config"), HOME: home } }, command, ...args);

/** A service's code that tries each of these and prints what it got. */
async function plant(attempts: Readonly<Record<string, string>>): Promise<void> {
  const tries = Object.entries(attempts).map(
    ([name, code]) =>
      `try { console.log("got ${name}:", ${code}); } catch (error) { console.log("${name}", error.code); }`,
  );
  const imports = ["fs", "os", "child_process", "worker_threads", "module"].map(
    (name) => `const ${name} = process.getBuiltinModule("node:${name}");`,
  );
  await project.write(service, `${original}\n${imports.join("\n")}\n${tries.join("\n")}\n`);
}

const reading = (path: string) => `fs.readFileSync(${JSON.stringify(path)}, "utf8")`;

describe("a service of somebody's branch", () => {
  it.each([["render"], ["secrets", "policy", "--site", "dc1"], ["parity"]])(
    "gets none of the person's credentials from %s",
    async (...args) => {
      await plant({
        environment: "JSON.stringify(process.env)",
        "Vault's token": reading(join(home, ".vault-token")),
        "token at home": 'fs.readFileSync(`${os.homedir()}/.vault-token`, "utf8")',
        kubeconfig: reading(join(home, ".kube", "config")),
        "token of the registry": reading(project.path(".npmrc")),
        "environment of the command": 'fs.readFileSync(`/proc/${process.ppid}/environ`, "utf8")',
      });
      const { code, stdout, stderr } = await asOperator(...(args as [string, ...string[]]));
      expect(code).toBe(0);
      expect(stderr).toContain("got environment:");
      expect(stdout + stderr).not.toContain(planted);
    },
  );

  it("writes no file, makes no link, starts nothing and leaves no code behind that a command runs later", async () => {
    const file = JSON.stringify(project.path("services", "planted"));
    await plant({
      file: `fs.writeFileSync(${file}, "x")`,
      "temporary file": 'fs.writeFileSync(`${os.tmpdir()}/planted`, "x")',
      change: `fs.appendFileSync(${JSON.stringify(project.path("cli", "render.ts"))}, "x")`,
      link: `fs.symlinkSync(${JSON.stringify(home)}, ${file})`,
      process: 'child_process.execFileSync("true")',
      thread: 'new worker_threads.Worker("1", { eval: true })',
      "compiled code": "fs.readdirSync(module.getCompileCacheDir() ?? '/')",
      database: 'new (process.getBuiltinModule("node:sqlite").DatabaseSync)(`${os.tmpdir()}/planted`)',
    });
    const { code, stderr } = await asOperator("render");
    expect(code).toBe(0);
    expect(stderr).toContain("ERR_ACCESS_DENIED");
    expect(stderr).not.toContain("got ");
    expect(existsSync(join(tmpdir(), "planted"))).toBe(false);
    expect(await listed(project, "services")).not.toContain("planted");
  });

  it("cannot have the command write elsewhere, whatever it makes it believe to be an object", async () => {
    const metadata = `{ name: "planted", namespace: ${JSON.stringify(`../../..${home}`)} }`;
    await project.write(
      service,
      `${original}\nprocess.send({ kind: "manifests", manifests: [{ name: "a", manifest: { kind: "Pod", metadata: ${metadata} } }] });\n`,
    );
    const { code, stderr } = await asOperator("render");
    expect(stderr).toMatch(/pod-planted\.yaml: cannot be the name of a file/);
    expect(code).toBe(2);
    expect((await readdir(home)).sort()).toEqual([".kube", ".vault-token"]);
  });

  it("that stumbles over it is told what it may do", async () => {
    await project.write(
      service,
      `import "node:fs";\n${original}\nprocess.getBuiltinModule("fs").readdirSync("/etc");\n`,
    );
    const { code, stderr } = await asOperator("render");
    expect(stderr).toMatch(
      /\n {2}services\/notifications\/index\.ts:25:32: .*refused FileSystemRead \(\/etc\); .*reads.*files only/,
    );
    expect(code).toBe(2);
  });

  it("has no link that would lead out of the program", async () => {
    const link = project.path("services", "notifications", "notes.txt");
    await symlink("../../../../../../../etc/passwd", link);
    try {
      const { code, stderr } = await asOperator("render");
      expect(stderr).toMatch(/^1 problem.*\n {2}services\/notifications\/notes\.txt: is a symbolic link .*copy/);
      expect(code).toBe(2);
    } finally {
      await rm(link);
    }
  });

  it("prints nothing that acts on the terminal", async () => {
    await project.write(service, `${original}\nconsole.log("\\u001b[2J\\u202egone");\n`);
    const { stderr } = await asOperator("render");
    expect(stderr).toContain("\\u001b[2J\\u202egone");
  });
});
