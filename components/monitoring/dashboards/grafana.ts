import { createRequire } from "node:module";
import type * as common from "@grafana/grafana-foundation-sdk/common";
import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import type * as stat from "@grafana/grafana-foundation-sdk/stat";
import type * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

/** The parts of Grafana's SDK that dashboards are made with. */
export interface GrafanaSdk {
  readonly common: typeof common;
  readonly dashboard: typeof dashboard;
  readonly prometheus: typeof prometheus;
  readonly stat: typeof stat;
  readonly timeseries: typeof timeseries;
}

let loaded: GrafanaSdk | undefined;

/** Grafana's SDK, loaded by the first dashboard: it takes a tenth of a second, which a site without Grafana does not pay. */
export function grafanaSdk(): GrafanaSdk {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  // `require` knows no types; those of each part are its own.
  loaded = {
    common: require("@grafana/grafana-foundation-sdk/common") as typeof common,
    dashboard: require("@grafana/grafana-foundation-sdk/dashboard") as typeof dashboard,
    prometheus: require("@grafana/grafana-foundation-sdk/prometheus") as typeof prometheus,
    stat: require("@grafana/grafana-foundation-sdk/stat") as typeof stat,
    timeseries: require("@grafana/grafana-foundation-sdk/timeseries") as typeof timeseries,
  };
  return loaded;
}
