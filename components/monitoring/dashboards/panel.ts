import type * as units from "@grafana/grafana-foundation-sdk/units";

/** One query of a panel. */
interface Query {
  /** PromQL; rates are over `$__rate_interval`. */
  readonly expr: string;
  /** What the legend calls a series: a word, or `{{label}}`. */
  readonly legend: string;
}

/** Where a value turns from good to worth a look, and from there to bad, in the panel's unit. Less is worse where `critical` is less. */
export interface Limits {
  /** From here on amber. */
  readonly warning: number;
  /** From here on red. */
  readonly critical: number;
}

/** A part of a dashboard: lines over time, or the newest numbers. */
export interface Panel {
  readonly kind: "timeseries" | "stat";
  /** Short enough for its width. */
  readonly title: string;
  /** What one sees, and what to make of it; shown beside the title. */
  readonly description: string;
  /** One of Grafana's own units. */
  readonly unit: Unit;
  /** Columns of 24. */
  readonly width: number;
  readonly queries: readonly [Query, ...Query[]];
  /**
   * Whose Prometheus is asked.
   * @default site
   */
  readonly datasource?: DatasourceVariable;
  /**
   * The lowest value of the axis, so that a small change does not look like a large one.
   * @default 0
   */
  readonly min?: number;
  /**
   * The highest value of the axis.
   * @default what the series need
   */
  readonly max?: number;
  /** Colours of a number and lines across a graph. */
  readonly limits?: Limits;
  /**
   * Whether series are stacked, which is right for parts of a whole only.
   * @default false
   */
  readonly stacked?: boolean;
  /**
   * What a panel without data says: it may be good news.
   * @default "No data"
   */
  readonly noValue?: string;
}

/** Panels side by side, all of one height. Their widths make 24. */
interface PanelRow {
  /** Rows of Grafana's grid, of 38 pixels each. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

/** A variable that a person chooses at the top of a dashboard, by the values that a label has. */
export interface LabelVariable {
  readonly name: string;
  readonly label: string;
  /** A series selector that has every value, such as `up{job="services"}`. */
  readonly series: string;
  /** The label whose values are offered. */
  readonly values: string;
}

/** Something that happened, drawn across all panels of a dashboard. */
export interface Annotation {
  readonly name: string;
  /** PromQL; it happens while this returns something. */
  readonly expr: string;
  readonly title: string;
}

/** A dashboard, before Grafana's own form is made of it. */
export interface DashboardPlan {
  /** Name of its file and its address in Grafana, without an ending. */
  readonly file: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly LabelVariable[];
  readonly annotations: readonly Annotation[];
  readonly rows: readonly PanelRow[];
}

/** The variables that hold a data source: the site that one looks at, and the other. */
export type DatasourceVariable = "datasource" | "peer_datasource";

/** A unit that Grafana knows. */
export type Unit = Extract<(typeof units)[keyof typeof units], string>;

/** Columns of Grafana's grid. */
export const gridColumns = 24;

/**
 * Rows of the grid that one sees without scrolling at 1920 x 1080: 38 pixels each, below the browser's and Grafana's own
 * bars.
 */
export const rowsOfOneScreen = 22;
