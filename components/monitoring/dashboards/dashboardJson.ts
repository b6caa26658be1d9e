import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  FieldColorBuilder,
  FieldColorModeId,
  QueryVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Annotation, DashboardPlan, DatasourceVariable, LabelVariable, Limits, Panel } from "./panel.ts";

/** The data sources that the dashboards of a site's Grafana know, by their names: the site's own first. */
export interface SiteDatasources {
  readonly site: string;
  readonly peer: string;
}

/** Grafana's own form of a dashboard. It cannot be edited in Grafana, which would change one site and not the other. */
export function dashboardJson(plan: DashboardPlan, { site, peer }: SiteDatasources): Dashboard {
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
    .withVariable(datasourceVariable("datasource", "Site", site));
  if (hasPeer) builder.withVariable(datasourceVariable("peer_datasource", "Other site", peer));
  for (const variable of plan.variables) builder.withVariable(labelVariable(variable));
  for (const annotation of plan.annotations) builder.annotation(annotationQuery(annotation));

  let y = 0;
  let id = 1;
  for (const { height, panels } of plan.rows) {
    let x = 0;
    for (const panel of panels) {
      builder.withPanel(panelBuilder(panel, id, { x, y, w: panel.width, h: height }));
      x += panel.width;
      id += 1;
    }
    y += height;
  }
  return builder.build();
}

function datasourceVariable(name: DatasourceVariable, label: string, site: string) {
  return new DatasourceVariableBuilder(name)
    .label(label)
    .type("prometheus")
    .current({ selected: true, text: site, value: site });
}

function labelVariable({ name, label, series, values }: LabelVariable) {
  const query = `label_values(${series}, ${values})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(datasourceRef("datasource"))
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

function annotationQuery({ name, expr, title }: Annotation) {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasourceRef("datasource"))
    .enable(true)
    .iconColor("blue")
    .expr(expr)
    .titleFormat(title);
}

function panelBuilder(
  panel: Panel,
  id: number,
  place: { readonly x: number; readonly y: number; readonly w: number; readonly h: number },
) {
  const { title, description, unit, queries, datasource = "datasource", min = 0, max, noValue } = panel;
  const builder: StatBuilder | TimeseriesBuilder = panel.kind === "stat" ? statBuilder(panel) : graphBuilder(panel);
  builder.id(id).title(title).description(description).unit(unit).gridPos(place).min(min);
  builder.datasource(datasourceRef(datasource));
  if (max !== undefined) builder.max(max);
  if (noValue !== undefined) builder.noValue(noValue);
  for (const [index, { expr, legend }] of queries.entries()) {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode("A".charCodeAt(0) + index))
      .datasource(datasourceRef(datasource))
      .expr(expr)
      .legendFormat(legend);
    builder.withTarget(panel.kind === "stat" ? query.instant() : query.range());
  }
  return builder;
}

function statBuilder({ limits }: Panel) {
  return new StatBuilder()
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(thresholds(limits));
}

function graphBuilder({ limits, stacked = false }: Panel) {
  const builder = new TimeseriesBuilder()
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 0)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (stacked) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group("A"));
  if (limits === undefined) return builder;
  return builder
    .thresholds(thresholds(limits))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

/** Where less is worse, `critical` is below `warning`. */
function thresholds(limits: Limits | undefined) {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(limits));
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
