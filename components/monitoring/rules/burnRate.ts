/** A window in which a budget burns too fast, and a shorter one that says that it still does. */
interface BurnWindow {
  readonly long: string;
  readonly short: string;
  /** How many times as fast as the budget allows. */
  readonly factor: number;
}

/** Windows of "The Site Reliability Workbook", chapter 5, for a budget of 30 days: 2 % of it in an hour, 5 % in six. */
export const pageWindows: readonly BurnWindow[] = [
  { long: "1h", short: "5m", factor: 14.4 },
  { long: "6h", short: "30m", factor: 6 },
];

/** The same for 10 % of the budget in a day, and in three. */
export const ticketWindows: readonly BurnWindow[] = [
  { long: "1d", short: "2h", factor: 3 },
  { long: "3d", short: "6h", factor: 1 },
];

/** The windows over which ratios are recorded, shortest first. */
export const recordedWindows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

/** What may go wrong with a request, as recorded: it fails (`errors`), or takes too long (`slow`). */
export type Fault = "errors" | "slow";

/**
 * The expression of an alert: how fast the budgets of all services burn, where it is too fast over one of the long windows
 * and over its short one. Its value is that of the long window.
 */
export function burnRate(fault: Fault, objective: "availability" | "latency", windows: readonly BurnWindow[]): string {
  const burnt = (window: string) =>
    `gemelos:service:${fault}:ratio_rate${window} / on (namespace, service) group_left (owner) gemelos:service:${objective}_budget`;
  return windows
    .map(({ long, short, factor }) => `(${burnt(long)} > ${factor} and ${burnt(short)} > ${factor})`)
    .join(" or ");
}
