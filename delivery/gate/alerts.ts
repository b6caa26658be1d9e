import { at } from "../../recorder/registeredResource.ts";
import type { Before, Observation, Source } from "./condition.ts";
import { type HttpsAnswer, HttpsFailure } from "./httpsRequest.ts";

/** What is asked of a Prometheus. */
export interface AlertQuestions {
  /** The value of the label `severity` for which somebody is called. */
  readonly severity: string;
  /** Name of an alert that always fires. */
  readonly alwaysFiring: string;
  /** Whether alerts with the label `peer` tell of the other site, which is none of this one's business. */
  readonly peerIsAnotherSite: boolean;
}

/** The one condition about alerts. */
export const alertsCondition = "alerts";

/** Asks a site's Prometheus whether an alert fires for which somebody is called. */
export class AlertSource implements Source {
  readonly conditions = [{ name: alertsCondition }];
  readonly #questions: AlertQuestions;
  readonly #ask: (path: string, signal: AbortSignal) => Promise<HttpsAnswer>;

  /** @param ask asks Prometheus for a path; what it throws says why that was not possible */
  constructor(questions: AlertQuestions, ask: (path: string, signal: AbortSignal) => Promise<HttpsAnswer>) {
    this.#questions = questions;
    this.#ask = ask;
  }

  async look(_: Before, signal: AbortSignal): Promise<readonly Observation[]> {
    const query = alertQuery(this.#questions);
    try {
      const answer = await this.#ask(`/api/v1/query?${new URLSearchParams({ query })}`, signal);
      return [{ condition: alertsCondition, ...observeAlerts(answer, this.#questions) }];
    } catch (error) {
      if (!(error instanceof HttpsFailure)) throw error;
      return [{ condition: alertsCondition, state: "no-data", what: `Prometheus ${error.message}` }];
    }
  }
}

/** The alerts that matter, and with them the one that always fires. */
export function alertQuery({ severity, alwaysFiring, peerIsAnotherSite }: AlertQuestions): string {
  const here = peerIsAnotherSite ? ',peer=""' : "";
  return [
    `ALERTS{alertstate="firing",severity=${JSON.stringify(severity)}${here}}`,
    `ALERTS{alertstate="firing",alertname=${JSON.stringify(alwaysFiring)}}`,
  ].join(" or ");
}

/** How many alerts are named; the rest is counted. */
const shown = 3;

/** What Prometheus says. That it names no alert is no good news unless the one that always fires is among what it says. */
export function observeAlerts(
  { status, text }: Pick<HttpsAnswer, "status" | "text">,
  { severity, alwaysFiring }: AlertQuestions,
): Omit<Observation, "condition"> {
  if (status === 401 || status === 403) {
    const what = `Prometheus does not accept the password (HTTP ${status})`;
    return {
      state: "no-data",
      what,
      remedy: "see whether Prometheus has the password by now; put it right: docs/delivery.md",
    };
  }
  const series = seriesOf(text);
  if (status !== 200 || series === undefined)
    return { state: "no-data", what: `Prometheus answered HTTP ${status}${errorOf(text)}` };
  const names = series.map((labels) => String(at(labels, "alertname")));
  const firing = series.filter(
    (labels) => at(labels, "severity") === severity && at(labels, "alertname") !== alwaysFiring,
  );
  if (firing.length > 0) {
    const list = firing.slice(0, shown).map(describe).join(", ");
    const more = firing.length > shown ? ` and ${firing.length - shown} more` : "";
    return {
      state: "fail",
      what: `firing with severity ${severity}: ${list}${more}`,
      remedy: "read the page of the alert",
    };
  }
  if (!names.includes(alwaysFiring)) {
    const what = `the alert ${alwaysFiring}, which always fires, does not: nobody knows whether rules are evaluated`;
    return {
      state: "no-data",
      what,
      remedy: "see whether Prometheus has its rules; gate.prometheus.alwaysFiring names another alert",
    };
  }
  return { state: "pass", what: `no alert with severity ${severity} fires` };
}

/** Labels that say what an alert is about, the first that it has. */
const subjects = ["service", "deployment", "host", "node", "instance", "namespace"];

function describe(labels: unknown): string {
  const name = String(at(labels, "alertname"));
  const subject = subjects.map((label) => at(labels, label)).find((value) => typeof value === "string");
  return subject === undefined ? name : `${name} (${subject})`;
}

function seriesOf(text: string): readonly unknown[] | undefined {
  const result = at(parsed(text), "data", "result");
  return Array.isArray(result) ? result.map((each) => at(each, "metric")) : undefined;
}

function errorOf(text: string): string {
  const error = at(parsed(text), "error");
  return typeof error === "string" ? `: ${error}` : "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
