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

/** Everything that a tool printed, and its exit code. */
interface ToolResult {
  readonly code: number;
  readonly output: string;
}

/** Runs promtool in a folder with files, each given as data. */
export function promtool(args: readonly string[], files: Readonly<Record<string, unknown>>): Promise<ToolResult> {
  return runTool("promtool", args, files);
}

/** Runs amtool in a folder with files, each given as data. */
export function amtool(args: readonly string[], files: Readonly<Record<string, unknown>>): Promise<ToolResult> {
  return runTool("amtool", args, files);
}

async function runTool(
  name: "promtool" | "amtool",
  args: readonly string[],
  files: Readonly<Record<string, unknown>>,
): Promise<ToolResult> {
  const path = await monitoringTool(name);
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  try {
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), stringify(content));
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
