import { describe, expect, test } from "vitest";
import { alerts, type RuleGroup, ruleGroups } from "../../../../components/monitoring/rules/index.ts";
import { rulesContext } from "./rulesContext.ts";

const groups = ruleGroups(rulesContext());

function alertingRules(of: readonly RuleGroup[]) {
  return of.flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule] : [])));
}

describe.each(alerts.map((alert) => [alert.name, alert] as const))("%s", (name, alert) => {
  const rule = alertingRules(groups).find((each) => each.alert === name);

  test("is a rule of a site that has everything, with severity, texts and a page", () => {
    expect(rule).toMatchObject({
      labels: { severity: alert.severity, area: alert.area },
      annotations: {
        summary: expect.stringMatching(/^\S.*\S$/),
        description: expect.stringMatching(/\.$/),
        runbook_url: `https://docs.tax.example/runbooks/${name}.md`,
      },
    });
  });

  test("pages only as a symptom", () => {
    if (alert.severity === "page") expect(alert.kind).toBe("symptom");
  });

  test("names in its summary each label that tells two of it apart", () => {
    for (const label of alert.identity) expect(alert.summary).toContain(`$labels.${label}`);
  });

  test("has no value in a label, for then it would never stay the same for long enough to fire", () => {
    for (const value of Object.values(rule?.labels ?? {})) expect(value).not.toContain("{{");
  });

  test("does not flap by topk, and does not take silence for health by absent", () => {
    expect(rule?.expr).not.toMatch(/\b(topk|bottomk|limitk|absent|absent_over_time)\b/);
  });

  test("leaves no placeholder in its texts", () => {
    expect(JSON.stringify(rule?.annotations)).not.toMatch(/\{(threshold|for)\}|undefined/);
  });

  test("has a threshold if and only if its expression compares with it", () => {
    const changed = ruleGroups(rulesContext({ alerts: { [name]: { threshold: 0.123 } } }));
    const expression = alertingRules(changed).find((each) => each.alert === name)?.expr;
    expect(expression !== rule?.expr).toBe(alert.threshold !== undefined);
  });

  test("is off in a site that says so, and waits as long as the site says", () => {
    const off = ruleGroups(rulesContext({ alerts: { [name]: "off" } }));
    expect(alertingRules(off).map((each) => each.alert)).not.toContain(name);
    const longer = ruleGroups(rulesContext({ alerts: { [name]: { for: "77m" } } }));
    expect(alertingRules(longer).find((each) => each.alert === name)?.for).toBe("77m");
  });
});

test("what a site has not is not watched there", () => {
  const small = rulesContext({ nodes: [], services: [], hosts: [], watchesPeer: false });
  const names = new Set(alertingRules(ruleGroups(small)).map(({ alert }) => alert));
  const missing = alerts.map(({ name }) => name).filter((name) => !names.has(name));
  expect(missing).toMatchInlineSnapshot(`
    [
      "NodeCpuStolen",
      "NodeRaidDegraded",
      "NodeRaidDiskFailed",
      "NodeMemoryErrors",
      "NodeMemoryErrorsUncorrected",
      "NodeTemperatureHigh",
      "NodeCpuThrottledByHeat",
      "NodeNvmeNotLive",
      "NodeNvmeWorn",
      "NodeDiskFailing",
      "NodeSmartStale",
      "NodeHardwareFault",
      "CapacityWithoutLargestNode",
      "HostCertificateExpiring",
      "HostCertificateExpired",
      "AvailabilityBudgetBurningFast",
      "AvailabilityBudgetBurningSlowly",
      "LatencyBudgetBurningFast",
      "LatencyBudgetBurningSlowly",
      "CpuThrottledWhileSlow",
      "JvmGcCollectingWithoutBreak",
      "HostDown",
      "PeerEntranceDown",
      "PeerMonitoringSilent",
      "ReleasesDiffer",
      "SameAlertInBothSites",
    ]
  `);
});
