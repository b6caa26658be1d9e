import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import type { Dashboard, Panel as GrafanaPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import { type GrafanaSdk, grafanaSdk } from "./grafana.ts";
import type { Annotation, DashboardPlan, DatasourceVariable, LabelVariable, Limits, Panel } from "./panel.ts";

/** The data sources that the dashboards of a site's Grafana know, by their names: the site's own first. */
export interface SiteDatasources {
  readonly site: string;
  readonly peer: string;
}

/** Grafana's own form of a dashboard. It cannot be edited in Grafana, which would change one site and not the other. */
export function dashboardJson(plan: DashboardPlan, { site, peer }: SiteDatasources): Dashboard {
  const sdk = grafanaSdk();
  const { DashboardBuilder, DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType } = sdk.dashboard;
  const hasPeer = plan.rows.some(({ panels }) => panels.some(({ datasource }) => datasource === "peer_datasource"));
  const builder = new DashboardBuilder(plan.title)
    .uid(`gemelos-${plan.file}`)
    .description(plan.description)
    .tags(["gemelos"])
    .readonly()
    .timezone("browser")
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder("Dashboards")
        .type(DashboardLinkType.Dashboards)
        .tags(["gemelos"])
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(datasourceVariable(sdk, "datasource", "Site", site));
  if (hasPeer) builder.withVariable(datasourceVariable(sdk, "peer_datasource", "Other site", peer));
  for (const variable of plan.variables) builder.withVariable(labelVariable(sdk, variable));
  for (const annotation of plan.annotations) builder.annotation(annotationQuery(sdk, annotation));

  let y = 0;
  let id = 1;
  for (const { height, panels } of plan.rows) {
    let x = 0;
    for (const panel of panels) {
      builder.withPanel(panelBuilder(sdk, panel, id, { x, y, w: panel.width, h: height }));
      x += panel.width;
      id += 1;
    }
    y += height;
  }
  return builder.build();
}

function datasourceVariable({ dashboard }: GrafanaSdk, name: DatasourceVariable, label: string, site: string) {
  return new dashboard.DatasourceVariableBuilder(name)
    .label(label)
    .type("prometheus")
    .current({ selected: true, text: site, value: site });
}

function labelVariable({ dashboard }: GrafanaSdk, { name, label, series, values }: LabelVariable) {
  const query = `label_values(${series}, ${values})`;
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(datasourceRef("datasource"))
    .query({ query, refId: name })
    .definition(query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc);
}

function annotationQuery({ dashboard }: GrafanaSdk, { name, expr, title }: Annotation) {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(datasourceRef("datasource"))
    .enable(true)
    .iconColor("blue")
    .expr(expr)
    .titleFormat(title);
}

type Builders = InstanceType<GrafanaSdk["timeseries"]["PanelBuilder"] | GrafanaSdk["stat"]["PanelBuilder"]>;

function panelBuilder(
  sdk: GrafanaSdk,
  panel: Panel,
  id: number,
  place: { readonly x: number; readonly y: number; readonly w: number; readonly h: number },
): Builder<GrafanaPanel> {
  const { title, description, unit, queries, datasource = "datasource", min = 0, max, noValue } = panel;
  const builder: Builders = panel.kind === "stat" ? statBuilder(sdk, panel) : graphBuilder(sdk, panel);
  builder.id(id).title(title).description(description).unit(unit).gridPos(place).min(min);
  builder.datasource(datasourceRef(datasource));
  if (max !== undefined) builder.max(max);
  if (noValue !== undefined) builder.noValue(noValue);
  for (const [index, { expr, legend }] of queries.entries()) {
    const query = new sdk.prometheus.DataqueryBuilder()
      .refId(String.fromCharCode("A".charCodeAt(0) + index))
      .datasource(datasourceRef(datasource))
      .expr(expr)
      .legendFormat(legend);
    builder.withTarget(panel.kind === "stat" ? query.instant() : query.range());
  }
  return builder;
}

function statBuilder({ common, dashboard, stat }: GrafanaSdk, { limits }: Panel) {
  return new stat.PanelBuilder()
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds))
    .thresholds(thresholds({ dashboard }, limits));
}

function graphBuilder({ common, dashboard, timeseries }: GrafanaSdk, { limits, stacked = false }: Panel) {
  const builder = new timeseries.PanelBuilder()
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 0)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (stacked) builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
  if (limits === undefined) return builder;
  return builder
    .thresholds(thresholds({ dashboard }, limits))
    .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
}

/** Where less is worse, `critical` is below `warning`. */
function thresholds({ dashboard }: Pick<GrafanaSdk, "dashboard">, limits: Limits | undefined) {
  return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps(limits));
}

function steps(limits: Limits | undefined): { value: number | null; color: string }[] {
  if (limits === undefined) return [{ value: null, color: "text" }];
  const { warning, critical } = limits;
  if (critical < warning) {
    return [
      { value: null, color: "red" },
      { value: critical, color: "orange" },
      { value: warning, color: "green" },
    ];
  }
  return [
    { value: null, color: "green" },
    { value: warning, color: "orange" },
    { value: critical, color: "red" },
  ];
}

function datasourceRef(variable: DatasourceVariable) {
  return { type: "prometheus", uid: `\${${variable}}` };
}
