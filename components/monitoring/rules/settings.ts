import type { AlertSetting } from "../../siteMonitoring.ts";
import { didYouMean } from "../../suggestion.ts";
import type { AlertName } from "./alerts.ts";
import { thresholdUnits } from "./thresholdUnits.ts";

/** What is wrong with a site's setting of an alert, and in which field below `alerts`. */
interface SettingProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** Alerts that have to fire whatever a site says, and why. */
const alwaysOn: Readonly<Partial<Record<AlertName, string>>> = {
  DeadMansSwitch: "the other site pages when it no longer hears it",
};

/**
 * Holds a site's settings of alerts against the alerts: each name is one, what has no threshold gets none, a threshold is
 * within its unit, and what must fire is not switched off.
 */
export function alertSettingProblems(settings: Readonly<Record<string, AlertSetting>>): SettingProblem[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    if (!isAlertName(name)) {
      const suggestion = didYouMean(name, Object.keys(thresholdUnits));
      return [
        { path: [name], message: `changes no alert: there is none of this name, see docs/runbooks${suggestion}` },
      ];
    }
    if (setting === "off") {
      const reason = alwaysOn[name];
      return reason === undefined ? [] : [{ path: [name], message: `is refused: ${reason}; remove the line` }];
    }
    const message = thresholdProblem(setting.threshold, thresholdUnits[name]);
    return message === undefined ? [] : [{ path: [name, "threshold"], message }];
  });
}

function isAlertName(name: string): name is AlertName {
  return Object.hasOwn(thresholdUnits, name);
}

function thresholdProblem(stated: number | undefined, unit: (typeof thresholdUnits)[AlertName]): string | undefined {
  if (stated === undefined) return undefined;
  if (unit === "none") return "is compared with nothing: the alert has no threshold; write off or for instead";
  // Of a capacity more than all may be requested.
  if (unit === "ratio" && !(stated > 0 && stated <= 2)) return "must be a share above 0, such as 0.9 for 90 %";
  if (unit !== "ratio" && !(stated >= 0)) return `must be 0 or more${unit === "number" ? "" : `, in ${unit}`}`;
  return undefined;
}
