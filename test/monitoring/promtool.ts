import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { step } from "../../sandbox/sites/steps.ts";
import { ensureTool } from "../../sandbox/toolchain/build.ts";
import { monitoringTools } from "../../sandbox/toolchain/monitoringTools.ts";
import { type Tool, tools } from "../../sandbox/toolchain/tools.ts";

/** What the sandbox runs as well, by name. */
const all: Readonly<Record<string, Tool<string>>> = {
  ...monitoringTools,
  ...Object.fromEntries(tools.map((tool) => [tool.name, tool])),
};

/** The path of a tool, which is built from its pinned source where it is not there yet. */
export async function monitoringTool(name: keyof typeof monitoringTools | "etcd"): Promise<string> {
  const tool = all[name];
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gemelos");
  const ready = await ensureTool(tool, { cache, step, signal: new AbortController().signal });
  return ready.path;
}

/**
 * Runs promtool in a folder with files, each given as data.
 * @returns everything that it printed, and its exit code
 */
export async function promtool(
  args: readonly string[],
  files: Readonly<Record<string, unknown>>,
): Promise<{ readonly code: number; readonly output: string }> {
  const path = await monitoringTool("promtool");
  const folder = await mkdtemp(join(tmpdir(), "promtool-"));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), stringify(content));
    const { stdout, stderr } = await promisify(execFile)(path, [...args], { cwd: folder, maxBuffer: 2 ** 26 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    // A child that fails has its output in the error.
    const failed = error as { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string };
    if (typeof failed.code !== "number") throw error;
    return { code: failed.code, output: `${failed.stdout}${failed.stderr}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
