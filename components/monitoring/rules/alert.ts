import type { MonitoringContext } from "../context.ts";

/** What an alert is about; each has a file of its own. */
export type AlertArea = "nodes" | "workloads" | "cluster" | "services" | "sites";

/** `page` wakes somebody, `ticket` is for the next working day, `info` explains others and is sent to nobody. */
type AlertSeverity = "page" | "ticket" | "info";

/**
 * `symptom`: somebody is without service, or will be within hours. `cause`: explains a symptom, or becomes one if nobody acts.
 * Only symptoms page.
 */
type AlertKind = "symptom" | "cause";

/** The number with which an alert compares, and which a site may change. */
export interface AlertThreshold {
  readonly value: number;
  /** `ratio`: 0 to 1. `seconds`, `celsius`, `number`: zero or more. */
  readonly unit: "ratio" | "seconds" | "celsius" | "number";
}

/** One alert, apart from its name. `{threshold}` and `{for}` in its texts stand for the values that are in force. */
export interface AlertDefinition {
  readonly severity: AlertSeverity;
  readonly kind: AlertKind;
  /** How long the expression holds before it fires, as a duration of Prometheus: `15m`. */
  readonly for: string;
  /**
   * The number that the expression compares with.
   * @default none: the condition holds or not
   */
  readonly threshold?: AlertThreshold;
  /** Labels that tell two alerts of this name apart; the summary names each of them. */
  readonly identity: readonly string[];
  /**
   * The PromQL expression. Its value is the number that the texts name. It is written with the threshold in force, which is 0
   * where the alert has none.
   */
  readonly expression: (input: { readonly threshold: number; readonly context: MonitoringContext }) => string;
  /** One line: the thing and the number. */
  readonly summary: string;
  /** What it means, and what happens next. */
  readonly description: string;
  /**
   * Whether the site has what the alert watches.
   * @default always
   */
  readonly applies?: (context: MonitoringContext) => boolean;
}

/** Alerts of one area by their names. */
export type Alerts = Readonly<Record<string, AlertDefinition>>;

/** A threshold as people read it: `90 %`, `0.1 s`, `14 d`. */
export function thresholdText(value: number, unit: AlertThreshold["unit"]): string {
  if (unit === "ratio") return `${Number((value * 100).toFixed(6))} %`;
  if (unit === "celsius") return `${value} °C`;
  if (unit === "number") return String(value);
  const [size, name] = (
    [
      [86_400, "d"],
      [3600, "h"],
      [60, "min"],
    ] as const
  ).find(([length]) => value >= length && value % length === 0) ?? [1, "s"];
  return `${value / size} ${name}`;
}
