/** Series of a test -> their values, one a minute, in promtool's notation: `0+60x30`. */
export type Series = Readonly<Record<string, string>>;

/** What fires an alert, and what does not. */
export interface AlertCase {
  readonly fires: Series;
  /** The first minute at which it fires, as a duration of Prometheus: `16m`. A minute earlier it does not. */
  readonly at: string;
  /** The alert's labels, apart from severity and area. */
  readonly labels: Readonly<Record<string, string>>;
  /** The text of the summary. */
  readonly summary: string;
  /** The text of the description, where it is not the same for every alert of the name. */
  readonly description?: string;
  /** Series with which it is silent at the same minute. `never` for one that always fires. */
  readonly silent: Series | "never";
}

/** A case for each alert of an area: one that is missing, or one too many, does not compile. */
export type Cases<Alerts> = Readonly<Record<keyof Alerts, AlertCase>>;
