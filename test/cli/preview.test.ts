import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;
/** The temporary folder of the command alone, so that what it leaves there is its own. */
let temporary: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@tax.example", ...args], {
    cwd: project.folder,
    encoding: "utf8",
  });

beforeAll(async () => {
  project = await ProjectCopy.create();
  temporary = await mkdtemp(join(tmpdir(), "gemelos-test-preview-"));
  await project.write(".gitignore", "node_modules\nout\n");
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message", "the example");
  git("switch", "--quiet", "--create", "change");
});
afterAll(() => Promise.all([project.dispose(), rm(temporary, { recursive: true, force: true })]));

const preview = (...args: string[]) => project.runWith({ env: { TMPDIR: temporary } }, "preview", ...args);

describe("preview", () => {
  it("says in one line that nothing changes", async () => {
    const { code, stdout } = await preview();
    expect(hideHashes(stdout)).toBe(
      "preview against <commit> (merge base with main): nothing changes (216 resources in dc1, 216 resources in dc2)\n",
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
    const text = await preview("--base", "main");
    expect(text.code).toBe(0);
    expect(hideHashes(text.stdout)).toMatchSnapshot();

    const markdown = await preview("--format", "markdown", "--out", "artifacts/preview.md");
    expect(hideHashes(markdown.stdout)).toMatchSnapshot();
    expect(readFileSync(project.path("artifacts", "preview.md"), "utf8")).toBe(markdown.stdout);
    expect(readdirSync(project.path("artifacts"))).toEqual(["preview.md"]);
  });

  it("leaves no working folder behind", () => {
    expect(readdirSync(temporary).filter((name) => name !== "node-compile-cache")).toEqual([]);
  });

  it.each([
    {
      args: ["--base", "no-such-branch"],
      message: /^error: --base: "no-such-branch" .*commit of this repository/,
    },
    { args: ["--base", "--output=/tmp/x"], message: /^error: --base: "--output=\/tmp\/x" .*commit/ },
    { args: ["--format", "pdf"], message: /Allowed choices are text, markdown, json/ },
  ])("refuses $args with a message", async ({ args, message }) => {
    const { code, stderr } = await preview(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it("says which of the two commits does not render, and why", async () => {
    await project.replace("services/receipts/index.ts", 'memory: "6Gi"', 'memory: "6GB"');
    const { code, stderr } = await preview();
    const [which, count, line] = stderr.split("\n");
    expect(which).toMatch(/the working tree.*does not render:$/);
    expect(count).toMatch(/^1 problem/);
    expect(line).toMatch(/^ {2}services\/receipts: resources\.requests\.memory: "6GB" /);
    expect(code).toBe(2);
  });
});

/** Hashes of commits are another at each run. */
function hideHashes(text: string): string {
  return text.replace(/\b[0-9a-f]{10} \(/, "<commit> (");
}
