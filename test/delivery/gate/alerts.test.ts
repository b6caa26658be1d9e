import { describe, expect, it } from "vitest";
import { AlertSource, alertQuery, observeAlerts } from "../../../delivery/gate/alerts.ts";
import { HttpsFailure } from "../../../delivery/gate/httpsRequest.ts";

const questions = { severity: "page", alwaysFiring: "DeadMansSwitch", peerIsAnotherSite: true };
const alive = { alertname: "DeadMansSwitch", severity: "info" };

function answer(...series: readonly Record<string, string>[]) {
  return {
    status: 200,
    text: JSON.stringify({ status: "success", data: { result: series.map((metric) => ({ metric })) } }),
  };
}

it("asks for what pages here, and for the sign that rules are evaluated; what concerns the other site is not this one's", () => {
  expect(alertQuery(questions)).toBe(
    'ALERTS{alertstate="firing",severity="page",peer=""} or ALERTS{alertstate="firing",alertname="DeadMansSwitch"}',
  );
  expect(alertQuery({ ...questions, severity: 'a"b', peerIsAnotherSite: false })).toContain('severity="a\\"b"}');
});

describe("an answer", () => {
  it("without an alert is a pass", () => {
    expect(observeAlerts(answer(alive), questions)).toEqual({
      state: "pass",
      what: "no alert with severity page fires",
    });
  });

  it("with alerts fails, with their names and what they are about", () => {
    const series = ["a", "b", "c", "d"].map((service) => ({ alertname: "ServiceDown", severity: "page", service }));
    expect(observeAlerts(answer(alive, ...series), questions)).toMatchObject({
      state: "fail",
      what: "firing with severity page: ServiceDown (a), ServiceDown (b), ServiceDown (c) and 1 more",
    });
  });

  it("without the alert that always fires is no data, and never a pass", () => {
    expect(observeAlerts(answer(), questions)).toMatchObject({
      state: "no-data",
      what: "the alert DeadMansSwitch, which always fires, does not: nobody knows whether rules are evaluated",
    });
  });

  it.each([
    [401, "", /does not accept the password \(HTTP 401\)/],
    [503, "", /^Prometheus answered HTTP 503$/],
    [422, JSON.stringify({ status: "error", error: "too many series" }), /HTTP 422: too many series/],
    [200, "<html>", /^Prometheus answered HTTP 200$/],
  ])("of HTTP %s is no data", (status, text, says) => {
    const observation = observeAlerts({ status, text }, questions);
    expect(observation.state).toBe("no-data");
    expect(observation.what).toMatch(says);
  });
});

it("a Prometheus that cannot be reached is no data", async () => {
  const source = new AlertSource(questions, async () => {
    throw new HttpsFailure("cannot be reached (ECONNREFUSED)", false);
  });
  expect(await source.look({ now: 0, met: false }, new AbortController().signal)).toEqual([
    { condition: "alerts", state: "no-data", what: "Prometheus cannot be reached (ECONNREFUSED)" },
  ]);
});
