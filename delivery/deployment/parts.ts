import type { WatchedResult } from "../engine/index.ts";
import type { GateResult } from "../gate/index.ts";
import type { HistoryEntry, HistoryRecord } from "../history/index.ts";
import type { Drift } from "./drift.ts";

/** The words by which the steps are told, in their order. */
export type StepName = "checks" | "before" | "drift" | "plan" | "up" | "gate" | "history";

/** An update plan that was saved. */
export interface SavedPlan {
  /** SHA-256 of the plan's file, in hexadecimal. */
  readonly hash: string;
  readonly file: string;
  /** Fingerprint of the state that it was made for. */
  readonly state: string | undefined;
}

/** What came of an `up`. */
export interface UpResult extends WatchedResult {
  /** The engine's errors, each with its subject. */
  readonly errors: readonly string[];
}

/** How a deployment ended. */
export type DeploymentEnd =
  | { readonly outcome: "verified" | "failed"; readonly gate: GateResult }
  | { readonly outcome: "failed" | "interrupted"; readonly why: string };

/** What the steps of a deployment are made of: each does one thing to the real site, and tells about it. */
export interface DeploymentParts {
  /** Tells a step's outcome in one line. */
  readonly tell: (step: StepName, line: string) => void;
  readonly append: (entry: HistoryEntry) => Promise<HistoryRecord>;
  /** Waits for the migrations that the deployment before has left running. */
  readonly migrations: (signal: AbortSignal) => Promise<void>;
  /** Reads the site into the engine's state. @throws Stopped where the engine cannot */
  readonly refresh: (signal: AbortSignal) => Promise<void>;
  /** @param refreshes whether the state is refreshed next, which puts right what was changed by hand */
  readonly drift: (signal: AbortSignal, refreshes: boolean) => Promise<Drift>;
  /** @throws Stopped where the engine cannot plan */
  readonly preview: (signal: AbortSignal) => Promise<SavedPlan>;
  readonly up: (plan: SavedPlan, signal: AbortSignal) => Promise<UpResult>;
  readonly gate: (signal: AbortSignal) => Promise<GateResult>;
}
