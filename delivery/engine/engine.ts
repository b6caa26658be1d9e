import { fork } from "node:child_process";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { signalGroup } from "../../command/processes.ts";
import { hideLogins } from "../../components/cleartext/index.ts";
import type { StackConfiguration } from "../../recorder/stackFile.ts";

/** Operation of the engine on a site's stack; `cancel` takes all locks off it. */
export type Operation = "preview" | "up" | "refresh" | "destroy" | "cancel";

/** What the engine does for one site. */
export interface EngineRun {
  readonly operation: Operation;
  readonly stack: StackConfiguration;
  /** Path of the program's `index.ts`. */
  readonly program: string;
  /**
   * Existing folder for the project and stack files that the engine requires. How the stack's secrets are encrypted is read
   * from a `Pulumi.<site>.yaml` in it, if there is one, and written there; everything else in it is replaced.
   */
  readonly folder: string;
  /**
   * Folder whose `bin` contains the Pulumi command line.
   * @default the one on PATH
   */
  readonly pulumi?: string | undefined;
  /**
   * Whether a stack that the backend does not have yet is made, with a passphrase for its secrets.
   * @default false: it must be there
   */
  readonly makesStack?: boolean;
  /**
   * Whether `up` refreshes the state first, so that drift is corrected.
   * @default false
   */
  readonly refresh?: boolean;
  /**
   * File of an update plan: a preview writes it, as `pulumi preview --save-plan` does, and an `up` does nothing that is not in it.
   * @default none
   */
  readonly planFile?: string | undefined;
  /**
   * Fingerprint of the state, as {@link EngineResult.state} has it, for which the plan was made: an `up` of the plan does nothing if
   * the state is another one by now.
   * @default whatever the state is
   */
  readonly plannedState?: string | undefined;
  /** Variables beside those of this process: backend, passphrase, credentials, providers. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the engine in good order, so that its state can be used again, and the run as one that was interrupted. */
  readonly signal: AbortSignal;
  /**
   * Ends the engine as `signal` does, but as a run that has failed.
   * @default never
   */
  readonly stop?: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  /** Called with the process ID of the program, which leads the engine's process group. */
  readonly onStart?: (program: number) => void;
}

/** What the process that runs the engine once needs to know. */
export interface EngineRequest
  extends Pick<EngineRun, "operation" | "stack" | "program" | "folder" | "pulumi" | "planFile" | "plannedState"> {
  readonly makesStack: boolean;
  readonly refresh: boolean;
}

/** Message from the process that runs the engine once. */
export type EngineMessage =
  | { readonly kind: "event"; readonly event: EngineEvent }
  | { readonly kind: "done"; readonly state?: string | undefined }
  | { readonly kind: "moved" }
  | { readonly kind: "failed"; readonly message: string };

/** What came of a run of the engine. */
export interface EngineResult {
  /** Why it failed, in the command line's words; undefined if it succeeded. */
  readonly failure: string | undefined;
  /** Of a preview with a plan: fingerprint of the state that it planned from. */
  readonly state?: string | undefined;
  /** Whether nothing was done because the state is not {@link EngineRun.plannedState} any more. */
  readonly hasMoved?: true;
}

/**
 * Runs the program for one site on the Pulumi engine, in a process of its own.
 * @throws the signal's reason once the engine has ended, if `signal` was aborted
 */
export function runEngine(run: EngineRun): Promise<EngineResult> {
  const { signal, stop, onEvent, onStart, environment, makesStack = false, refresh = false } = run;
  const { operation, stack, program, folder, pulumi, planFile, plannedState } = run;
  return new Promise((resolve, reject) => {
    // A separate process group, so that the engine and everything it started can be ended together. Ctrl-C reaches the
    // group only through the signal, so that the engine can shut down cleanly.
    const child = fork(join(import.meta.dirname, "engineProcess.ts"), {
      stdio: ["ignore", "ignore", 2, "ipc"],
      detached: true,
      // For the Pulumi command line, every call of which needs them.
      env: { ...process.env, ...environment },
    });
    let result: EngineResult = { failure: "the engine ended without a result" };
    const interrupt = () => {
      if (child.pid !== undefined) signalGroup(child.pid, "SIGINT");
    };
    signal.addEventListener("abort", interrupt, { once: true });
    stop?.addEventListener("abort", interrupt, { once: true });
    child.on("message", (message: EngineMessage) => {
      if (message.kind === "event") onEvent(message.event);
      else result = resultOf(message);
    });
    child.once("error", reject);
    child.once("spawn", () => onStart?.(child.pid ?? 0));
    child.once("close", () => {
      signal.removeEventListener("abort", interrupt);
      stop?.removeEventListener("abort", interrupt);
      if (signal.aborted) reject(signal.reason);
      else resolve(result);
    });
    child.send({
      ...{ operation, stack, program, folder, pulumi, planFile, plannedState, makesStack, refresh },
    } satisfies EngineRequest);
  });
}

function resultOf(message: Exclude<EngineMessage, { kind: "event" }>): EngineResult {
  switch (message.kind) {
    case "done":
      return { failure: undefined, state: message.state };
    case "moved":
      return { failure: "the state has changed since the plan was made", hasMoved: true };
    case "failed":
      // The backend's address may hold a login: postgres://user:password@...
      return { failure: hideLogins(message.message) };
  }
}
