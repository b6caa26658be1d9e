import { fork } from "node:child_process";
import { join } from "node:path";
import type { ResolvedMicroservice } from "../components/description/index.ts";
import type { Diagnostic } from "../components/diagnostic.ts";
import type { PlainObject } from "./registeredResource.ts";

/** What the process of one site is told to run. */
export interface SiteRunRequest {
  readonly project: string;
  readonly stack: string;
  /** The stack's configuration as Pulumi would hand it over. */
  readonly config: Readonly<Record<string, string>>;
  /** The existing, empty folder that `resources.json` is written to. */
  readonly folder: string;
  /** Whether each manifest is wanted, too. */
  readonly manifests: boolean;
}

/** A registered Kubernetes object. */
export interface SiteManifest {
  /** The resource's logical name. */
  readonly name: string;
  readonly manifest: PlainObject;
}

/** Several manifests at once, sent in the order of their registration while the program runs. */
export interface SiteManifests {
  readonly kind: "manifests";
  readonly manifests: readonly SiteManifest[];
}

/** A service of the catalogue as it was resolved, without what is no plain data. */
export type PlainMicroservice = Omit<ResolvedMicroservice, "source" | "calls" | "transforms"> & {
  /** Names of the services that it calls. */
  readonly calls: readonly string[];
};

/** The result of a run that succeeded. */
export interface SiteDone {
  readonly kind: "done";
  /** Number of Kubernetes objects. */
  readonly objects: number;
  /** Number of all registered resources: objects, components, providers, the stack. */
  readonly resources: number;
  /** The whole catalogue, whether a service is released in the site or not. */
  readonly services: readonly PlainMicroservice[];
}

/** The last message of a run. */
export type SiteRunResult =
  | SiteDone
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "failed"; readonly message: string };

/** Node's flags for a run that is to be fast: the SDK would format a stack trace for each of its promises. */
export const siteFlags = ["--stack-trace-limit=0", "--max-semi-space-size=16"] as const;

/**
 * Runs the program for one site in a process of its own and hands over each manifest as it comes. The two share the
 * work: while the program goes on there, manifests are checked and written here. A run that fails unexpectedly is repeated with
 * stack traces on.
 */
export async function runSite(
  request: SiteRunRequest,
  signal: AbortSignal,
  onManifest: (manifest: SiteManifest) => void = () => undefined,
): Promise<SiteRunResult> {
  const result = await runOnce(request, siteFlags, signal, onManifest);
  if (result.kind !== "failed" || signal.aborted) return result;
  const traced = await runOnce(request, ["--stack-trace-limit=50"], signal, () => undefined);
  return traced.kind === "failed" ? traced : result;
}

function runOnce(
  request: SiteRunRequest,
  execArgv: readonly string[],
  signal: AbortSignal,
  onManifest: (manifest: SiteManifest) => void,
): Promise<SiteRunResult> {
  return new Promise((resolve, reject) => {
    // Standard output belongs to the report, so what the program prints goes to standard error.
    const child = fork(join(import.meta.dirname, "siteProcess.ts"), {
      execArgv: [...execArgv],
      stdio: ["ignore", 2, 2, "ipc"],
      signal,
    });
    let result: SiteRunResult = { kind: "failed", message: "the program ended without a result" };
    child.on("message", (message: SiteManifests | SiteRunResult) => {
      if (message.kind !== "manifests") {
        result = message;
        return;
      }
      try {
        message.manifests.forEach(onManifest);
      } catch (error) {
        child.kill();
        reject(error);
      }
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
