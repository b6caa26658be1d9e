import { fork } from "node:child_process";
import { join } from "node:path";
import type { Problem } from "../../components/internal/problems.ts";
import type { MicroserviceSummary } from "../../components/internal/summary.ts";
import type { Site } from "../../site.ts";

/** What the process of one site is told. */
export interface SiteRunRequest {
  readonly project: string;
  readonly stack: string;
  /** The stack's configuration as Pulumi would hand it over. */
  readonly config: Readonly<Record<string, string>>;
  /** The existing, empty folder that manifests and `resources.json` are written to. */
  readonly folder: string;
}

/** What came of a run that succeeded. */
export interface SiteDone {
  readonly kind: "done";
  /** Kubernetes objects. */
  readonly objects: number;
  /** All registrations: objects, components, providers, the stack. */
  readonly resources: number;
  readonly services: readonly MicroserviceSummary[];
  readonly nodes: Site["nodes"];
}

/** What it answers, once. */
export type SiteRunResult =
  | SiteDone
  | { readonly kind: "problems"; readonly problems: readonly Problem[] }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Runs the program for one site in a process of its own. The SDK formats a stack trace for each of its promises, two
 * fifths of the whole time, so traces are off; a run that fails unexpectedly is repeated with them on.
 */
export async function runSite(request: SiteRunRequest, signal: AbortSignal): Promise<SiteRunResult> {
  const result = await runOnce(request, ["--stack-trace-limit=0", "--max-semi-space-size=32"], signal);
  if (result.kind !== "failed" || signal.aborted) return result;
  return runOnce(request, ["--stack-trace-limit=50"], signal);
}

function runOnce(request: SiteRunRequest, execArgv: readonly string[], signal: AbortSignal): Promise<SiteRunResult> {
  return new Promise((resolve) => {
    // Standard output belongs to the report, so what the program prints goes to standard error.
    const child = fork(join(import.meta.dirname, "siteProcess.ts"), {
      execArgv: [...execArgv],
      stdio: ["ignore", 2, 2, "ipc"],
      signal,
    });
    let result: SiteRunResult = { kind: "failed", message: "the program ended without a result" };
    child.once("message", (message: SiteRunResult) => {
      result = message;
    });
    child.once("error", (error) => {
      result = { kind: "failed", message: error.message };
    });
    child.once("close", (code, killedBy) => {
      if (result.kind === "done" && code !== 0) {
        resolve({
          kind: "failed",
          message: `the program ended with exit code ${code ?? killedBy}: a promise or an Output of it never resolved`,
        });
      } else resolve(result);
    });
    child.send(request);
  });
}
