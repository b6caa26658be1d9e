import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;
let foldersBefore: readonly string[];
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@tax.example", ...args], {
    cwd: project.folder,
    encoding: "utf8",
  });

beforeAll(async () => {
  foldersBefore = workingFolders();
  project = await ProjectCopy.create();
  await project.write(".gitignore", "node_modules\nout\n");
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message", "the example");
  git("switch", "--quiet", "--create", "change");
});
afterAll(() => project.dispose());

describe("preview", () => {
  it("says that nothing changes where nothing changes", async () => {
    const { code, stdout } = await project.run("preview");
    expect(stdout).toMatch(
      /^preview against [0-9a-f]{10} \(merge base with main\)\n\ndc1: 0 to create, 0 to change, 0 to delete, 116 unchanged\ndc2: /,
    );
    expect(code).toBe(0);
  });

  it("shows a changed size, a changed template, a new release in one site, a new and a removed object", async () => {
    await project.replace("services/receipts/index.ts", 'memory: "4Gi"', 'memory: "6Gi"');
    await project.replace(
      "services/notifications/config/logback-spring.xml",
      '<root level="INFO">',
      '<root level="DEBUG">',
    );
    await project.replace("services/notifications/index.ts", "minReplicas: 1", "minReplicas: 2");
    await project.replace(
      "services/taxpayer-registry/index.ts",
      'exposure: { host: "taxpayers", domain: "internal" },',
      "",
    );
    await project.replace("Pulumi.dc2.yaml", "tax-declarations: 5.11.2@", "tax-declarations: 5.11.3@");
    const text = await project.run("preview", "--base", "main");
    expect(text.code).toBe(0);
    expect(hideHashes(text.stdout)).toMatchSnapshot();

    const markdown = await project.run("preview", "--format", "markdown", "--out", "artifacts/preview.md");
    expect(hideHashes(markdown.stdout)).toMatchSnapshot();
    expect(readFileSync(project.path("artifacts", "preview.md"), "utf8")).toBe(markdown.stdout);
    expect(readdirSync(project.path("artifacts"))).toEqual(["preview.md"]);
  });

  it("leaves no working folder behind", () => {
    expect(workingFolders()).toEqual(foldersBefore);
  });

  it.each([
    {
      args: ["--base", "no-such-branch"],
      message: /^error: --base: "no-such-branch" .*commit of this repository/,
    },
    { args: ["--base", "--output=/tmp/x"], message: /^error: --base: "--output=\/tmp\/x" .*commit/ },
    { args: ["--format", "pdf"], message: /Allowed choices are text, markdown/ },
  ])("refuses $args with a message", async ({ args, message }) => {
    const { code, stderr } = await project.run("preview", ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it("says which of the two commits does not render, and why", async () => {
    await project.replace("services/receipts/index.ts", 'memory: "6Gi"', 'memory: "6GB"');
    const { code, stderr } = await project.run("preview");
    const [which, count, line] = stderr.split("\n");
    expect(which).toMatch(/the working tree.*does not render:$/);
    expect(count).toMatch(/^1 problem/);
    expect(line).toMatch(/^ {2}services\/receipts: resources\.requests\.memory: "6GB" /);
    expect(code).toBe(2);
  });
});

/** Folders in which previews render; another project's preview on the same machine may have left some. */
function workingFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("gemelos-preview-"));
}

/** Hashes of commits are another at each run. */
function hideHashes(text: string): string {
  return text.replace(/\b[0-9a-f]{10} \(/, "<commit> (");
}
