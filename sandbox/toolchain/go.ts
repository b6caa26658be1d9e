import { spawn, spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { UsageError } from "../../command/errors.ts";
import { fits } from "./tools.ts";

/** How to run Go. */
export interface GoRun {
  /** Folder of the `go.mod`. */
  readonly cwd: string;
  /** File for all output. */
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Runs Go and returns its standard output.
 * @throws Error if it fails.
 */
export async function runGo(args: readonly string[], options: GoRun): Promise<string> {
  const { cwd, logFile, signal, environment } = options;
  const log = createWriteStream(logFile);
  const child = spawn("go", args, {
    cwd,
    // The sources are pinned here, so machine settings must not change or replace them.
    env: { ...environment, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off", GOTOOLCHAIN: "local" },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    log.write(text);
  });
  child.stderr.pipe(log, { end: false });
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, killedBy) =>
        code === 0 ? resolve() : reject(new Error(`go ended with ${code ?? killedBy}`)),
      );
    });
    return printed;
  } finally {
    log.end();
    await finished(log);
  }
}

/** Builds an error message from the last lines of a log; a full disk is mentioned first. */
export async function reason(logFile: string, error: unknown): Promise<string> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  const full = log.includes("no space left on device") ? "the disk is full. " : "";
  const lines = log.trimEnd().split("\n").slice(-5).join("\n  ");
  return `${full}${error instanceof Error ? error.message : String(error)}\n  ${lines}`;
}

/**
 * Checks that Go is installed in the version that a `go.mod` requires.
 * @param need what Go is needed for, as the beginning of a sentence, and what can be installed instead
 * @throws UsageError if Go is missing or too old.
 */
export function checkGo(
  need: { readonly what: string; readonly instead?: string },
  goMod: string,
  environment: NodeJS.ProcessEnv,
): void {
  const needed = /^go (\S+)$/m.exec(goMod)?.[1] ?? "1.26.0";
  const instead = need.instead === undefined ? "" : `, or ${need.instead}`;
  const remedy = `Install Go ${needed} or newer (https://go.dev/dl)${instead}.`;
  const { error, stdout } = spawnSync("go", ["env", "GOVERSION"], {
    encoding: "utf8",
    env: { ...environment, GOTOOLCHAIN: "local" },
  });
  if (error !== undefined) throw new UsageError(`${need.what}, and there is no Go on the PATH. ${remedy}`);
  const version = stdout.trim();
  if (!fits(version, needed, "major")) {
    throw new UsageError(`${need.what} with Go ${needed} or newer, and this machine has ${version}. ${remedy}`);
  }
}
