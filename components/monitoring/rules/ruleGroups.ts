import type { MonitoringContext } from "../context.ts";
import { type AlertArea, type AlertDefinition, thresholdText } from "./alert.ts";
import { type AlertName, areas, definitions } from "./alerts.ts";
import { recordingGroups } from "./recordings.ts";
import type { AlertingRule, RuleGroup } from "./ruleGroup.ts";

/** All rules of a site: what is recorded, and a group of alerts for each area. */
export function ruleGroups(context: MonitoringContext): RuleGroup[] {
  const alerting = (Object.keys(areas) as AlertArea[]).map((area) => ({
    name: `gemelos-${area}`,
    // Keys of a literal are its names.
    rules: (Object.keys(areas[area]) as AlertName[]).flatMap((name) => alertingRule(name, area, context)),
  }));
  return [...recordingGroups(context), ...alerting.filter(({ rules }) => rules.length > 0)];
}

function alertingRule(name: AlertName, area: AlertArea, context: MonitoringContext): AlertingRule[] {
  const definition = definitions[name];
  const setting = context.alerts[name] ?? {};
  if (setting === "off" || definition.applies?.(context) === false) return [];
  const threshold = setting.threshold ?? definition.threshold?.value ?? 0;
  const duration = setting.for ?? definition.for;
  const text = (template: string) => filled(template, definition, threshold, duration);
  return [
    {
      alert: name,
      expr: definition.expression({ threshold, context }),
      for: duration,
      labels: { severity: definition.severity, area },
      annotations: {
        summary: text(definition.summary),
        description: text(definition.description),
        runbook_url: `${context.runbooks}/${name}.md`,
      },
    },
  ];
}

function filled(template: string, { threshold }: AlertDefinition, value: number, duration: string): string {
  const shown = threshold === undefined ? "" : thresholdText(value, threshold.unit);
  return template.replaceAll("{threshold}", shown).replaceAll("{for}", duration);
}
