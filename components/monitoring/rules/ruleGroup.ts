/** A rule that keeps the result of an expression as a series of its own. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A rule that fires while its expression has results. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<"summary" | "description" | "runbook_url", string>>;
}

/** Rules that are evaluated one after the other, as a file of Prometheus has them under `groups`. */
export interface RuleGroup {
  readonly name: string;
  /** Seconds between evaluations, as a duration. Default: the server's. */
  readonly interval?: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}
