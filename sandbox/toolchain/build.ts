import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { UsageError } from "../../command/errors.ts";
import { withLock } from "../../command/lock.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { Step } from "../sites/steps.ts";
import { checkGo, type GoRun, reason, runGo } from "./go.ts";
import { fits, pinnedVersion, type Tool, type ToolName, tools } from "./tools.ts";

/** An executable that is ready to run. */
export interface ReadyTool {
  readonly path: string;
  /** The installed or pinned version: `v1.36.3`. */
  readonly version: string;
  /** Whether the tool is installed on the system, as opposed to built here. */
  readonly installed: boolean;
}

/** All executables of the sandbox. */
export type Toolchain = Readonly<Record<ToolName, ReadyTool>>;

/** Options for finding and building tools. */
export interface ToolchainOptions {
  /** Folder for built tools; shared by all sandboxes of a user. */
  readonly cache: string;
  readonly step: Step;
  readonly signal: AbortSignal;
  /**
   * Environment variables, including the `PATH` that is searched for Go and installed tools.
   * @default those of this process
   */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Returns every tool of the sandbox: an installed one of an accepted version, a cached build, or a new build from its
 * pinned module. Concurrent processes wait for each other.
 *
 * @throws UsageError if Go is missing or too old, or a build fails; the message names the log file.
 */
export async function ensureToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const ready: Partial<Record<ToolName, ReadyTool>> = {};
  for (const tool of tools) ready[tool.name] = await ensureTool(tool, options);
  return isComplete(ready) ? ready : Promise.reject(new Error("a tool has no executable"));
}

function isComplete(ready: Partial<Record<ToolName, ReadyTool>>): ready is Toolchain {
  return tools.every(({ name }) => ready[name] !== undefined);
}

/** Returns one tool, in the same way as {@link ensureToolchain}. */
export async function ensureTool(tool: Tool<string>, options: ToolchainOptions): Promise<ReadyTool> {
  const { cache, step, signal, environment = process.env } = options;
  const sources = join(import.meta.dirname, tool.folder);
  const [goMod, goSum, main] = await Promise.all([
    readFile(join(sources, "go.mod"), "utf8"),
    readFile(join(sources, "go.sum"), "utf8"),
    tool.package === "." ? readFile(join(sources, "main.go"), "utf8") : undefined,
  ]);
  const version = pinnedVersion(goMod, tool.module);
  const installed = findInstalled(tool, version, environment["PATH"] ?? "");
  if (installed !== undefined) return installed;

  const key = createHash("sha256")
    .update(
      JSON.stringify([
        goMod,
        goSum,
        tool.package,
        buildArguments(tool, version),
        ...(main === undefined ? [] : [main]),
      ]),
    )
    .digest("hex")
    .slice(0, 12);
  const folder = join(cache, "tools", `${tool.name}-${version}-${key}`);
  const built: ReadyTool = { path: join(folder, "bin", tool.name), version, installed: false };
  if (await isWhole(folder, built.path)) return built;
  return withLock(
    join(cache, "tools", `${tool.name}.lock`),
    async () => {
      if (await isWhole(folder, built.path)) return built;
      await rm(folder, { recursive: true, force: true });
      checkGo(
        { what: `${tool.name} has to be built`, instead: `${tool.name} itself in a fitting version` },
        goMod,
        environment,
      );
      await step(`building ${tool.name} ${version}`, () => build(tool, version, sources, folder, options));
      return built;
    },
    { signal, onWait: () => process.stderr.write(`waiting: another process is building ${tool.name}\n`) },
  );
}

/** Finds an executable of an accepted version on the PATH. */
function findInstalled(tool: Tool<string>, pinned: string, path: string): ReadyTool | undefined {
  if (tool.versionArguments === undefined) return undefined;
  for (const folder of path.split(delimiter)) {
    // npm's `pulumi` package is a launcher that downloads the real executable.
    if (folder === "" || folder.includes("node_modules")) continue;
    const file = join(folder, tool.name);
    if (!isExecutable(file)) continue;
    const { stdout } = spawnSync(file, [...tool.versionArguments], { encoding: "utf8", timeout: 20_000 });
    const version = /v?\d+\.\d+\.\d+/.exec(stdout ?? "")?.[0];
    if (version !== undefined && fits(version, pinned, tool.fits)) return { path: file, version, installed: true };
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Records the executable's size once it is built. A different size means that the file was truncated or replaced. */
const receiptName = "size";

async function isWhole(folder: string, executable: string): Promise<boolean> {
  try {
    const [receipt, file] = await Promise.all([readFile(join(folder, receiptName), "utf8"), stat(executable)]);
    return Number(receipt) === file.size && file.size > 0;
  } catch {
    return false;
  }
}

function buildArguments(tool: Tool<string>, version: string): string[] {
  const variables = Object.entries(tool.versionVariables?.(version) ?? {}).map(
    ([name, value]) => `-X ${name}=${value}`,
  );
  return [
    "build",
    "-trimpath",
    "-buildvcs=false",
    ...(tool.tags === undefined ? [] : ["-tags", tool.tags]),
    "-ldflags",
    ["-s", "-w", ...variables].join(" "),
  ];
}

/**
 * Arguments by which Go finds the files that a `main.go` embeds: they belong to a module, and Go embeds only files next to the
 * source, so an overlay says where they are.
 */
async function embedded(
  { module, embeds = [] }: Tool<string>,
  version: string,
  folder: string,
  run: GoRun,
): Promise<readonly string[]> {
  if (embeds.length === 0) return [];
  const downloaded: unknown = JSON.parse(await runGo(["mod", "download", "-json", `${module}@${version}`], run));
  const moduleFolder = String(at(downloaded, "Dir"));
  const replaced = embeds.map((file) => [join(run.cwd, basename(file)), join(moduleFolder, file)]);
  const overlay = join(folder, "overlay.json");
  await writeFile(overlay, JSON.stringify({ Replace: Object.fromEntries(replaced) }));
  return ["-overlay", overlay];
}

async function build(
  tool: Tool<string>,
  version: string,
  sources: string,
  folder: string,
  { cache, signal, environment = process.env }: ToolchainOptions,
): Promise<void> {
  const logFile = join(cache, "tools", `${tool.name}.log`);
  const temporary = `${folder}.tmp`;
  // Left behind by an interrupted build.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(join(temporary, "bin"), { recursive: true });
  const executable = join(temporary, "bin", tool.name);
  try {
    const run = { cwd: sources, logFile, signal, environment };
    const overlay = await embedded(tool, version, temporary, run);
    await runGo([...buildArguments(tool, version), ...overlay, "-o", executable, tool.package], run);
    await writeFile(join(temporary, receiptName), String((await stat(executable)).size));
    await rename(temporary, folder);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new UsageError(
      `${tool.name} ${version} could not be built: ${await reason(logFile, error)}\nThe whole log: ${logFile}. Fix the problem and run the command again; tools already built are kept.`,
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
