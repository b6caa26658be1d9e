import { join } from "node:path";
import { endAtExit } from "../command/cleanUp.ts";
import { forkConfined } from "./confinedProcess.ts";
import type { ProcessFailure } from "./insideConfinement.ts";
import { resourcesFile } from "./outputFolder.ts";
import type { PlainCatalogue } from "./plainServices.ts";
import type { PlainObject } from "./registeredResource.ts";

/** Message to the process that runs the program for one site. */
export interface SiteRunRequest {
  readonly project: string;
  readonly stack: string;
  /** The stack's configuration in the form in which Pulumi passes it to a program. */
  readonly config: Readonly<Record<string, string>>;
  /** Existing, empty folder for `resources.json`. */
  readonly folder: string;
  /** Whether to send each manifest back as well. */
  readonly manifests: boolean;
}

/** A registered Kubernetes object. */
export interface SiteManifest {
  /** The resource's logical name. */
  readonly name: string;
  readonly manifest: PlainObject;
}

/** A batch of manifests, in registration order, sent while the program is running. */
export interface SiteManifests {
  readonly kind: "manifests";
  readonly manifests: readonly SiteManifest[];
}

/** Result of a successful run, with the whole catalogue, including services that are not released in this site. */
export interface SiteDone extends PlainCatalogue {
  readonly kind: "done";
  /** Number of Kubernetes objects. */
  readonly objects: number;
  /** Number of all registered resources: objects, components, providers and the stack. */
  readonly resources: number;
}

/** The final message of a run. */
export type SiteRunResult =
  | SiteDone
  | ProcessFailure
  /** The system refused that {@link resourcesFile} is written, in the words of Node's errors. */
  | { readonly kind: "refused"; readonly code: string; readonly syscall: string };

/** Node flags that make a run fast: by default the SDK formats a stack trace for each of its promises. */
export const siteFlags = ["--stack-trace-limit=0", "--max-semi-space-size=16"] as const;

/**
 * Runs the program for one site in a separate process and passes on each manifest as it arrives, so that manifests are
 * checked and written here while the program is still running there. Retries a crash once with stack traces enabled.
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
    const { folder } = request;
    const limits = { home: folder, writes: [join(folder, resourcesFile)] };
    const child = forkConfined("siteProcess.ts", limits, { execArgv, signal });
    endAtExit(child);
    let failure: unknown;
    let result: SiteRunResult = { kind: "failed", message: "the program ended without a result" };
    child.on("message", (message: SiteManifests | SiteRunResult) => {
      // What still arrives after the end of all runs would be written into a folder that is gone.
      if (signal.aborted || failure !== undefined) return;
      if (message.kind !== "manifests") {
        result = message;
        return;
      }
      try {
        message.manifests.forEach(onManifest);
      } catch (error) {
        failure = error;
        child.kill();
      }
    });
    child.once("error", (error) => {
      result = { kind: "failed", message: error.message };
    });
    child.once("close", (code, killedBy) => {
      if (failure !== undefined) reject(failure);
      else if (result.kind === "done" && code !== 0) {
        resolve({
          kind: "failed",
          message: `the program exited with ${code ?? killedBy}: a promise or an Output never resolved`,
        });
      } else resolve(result);
    });
    child.send(request);
  });
}
