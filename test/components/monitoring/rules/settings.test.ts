import { expect, test } from "vitest";
import { alerts } from "../../../../components/monitoring/rules/index.ts";
import { alertSettingProblems } from "../../../../components/monitoring/rules/settings.ts";
import { thresholdUnits } from "../../../../components/monitoring/rules/thresholdUnits.ts";

test("the units by which a site's file is checked are those of the alerts", () => {
  expect(thresholdUnits).toEqual(
    Object.fromEntries(alerts.map(({ name, threshold }) => [name, threshold?.unit ?? "none"])),
  );
});

test.each([
  [
    "NodeCpuBussy",
    "off",
    ["NodeCpuBussy"],
    'changes no alert: there is none of this name, see docs/runbooks; did you mean "NodeCpuBusy"?',
  ],
  ["KubePodCrashLooping", "off", ["KubePodCrashLooping"], "changes no alert"],
  ["toString", "off", ["toString"], "changes no alert"],
  ["NodeCpuBusy", { threshold: 95 }, ["NodeCpuBusy", "threshold"], "must be a share above 0, such as 0.9 for 90 %"],
  ["NodeCpuBusy", { threshold: 0 }, ["NodeCpuBusy", "threshold"], "must be a share above 0"],
  ["NodeDiskSlow", { threshold: -1 }, ["NodeDiskSlow", "threshold"], "must be 0 or more, in seconds"],
  [
    "HostCertificateExpiring",
    { threshold: -5 },
    ["HostCertificateExpiring", "threshold"],
    "must be 0 or more, in seconds",
  ],
  ["PodCrashLooping", { threshold: 3 }, ["PodCrashLooping", "threshold"], "is compared with nothing"],
  ["DeadMansSwitch", "off", ["DeadMansSwitch"], "is refused: the other site pages"],
] as const)("%s: %j is refused", (name, setting, path, message) => {
  expect(alertSettingProblems({ [name]: setting })).toEqual([{ path, message: expect.stringContaining(message) }]);
});

test("every alert but the dead man's switch can be off, and waits as long as a site says", () => {
  const off = alerts.filter(({ name }) => name !== "DeadMansSwitch").map(({ name }) => [name, "off"] as const);
  expect(alertSettingProblems(Object.fromEntries(off))).toEqual([]);
  expect(alertSettingProblems({ NodeCpuBusy: { threshold: 0.95, for: "1h" }, DeadMansSwitch: { for: "1m" } })).toEqual(
    [],
  );
});

test("all problems of a run are told at once", () => {
  expect(alertSettingProblems({ A: "off", NodeCpuBusy: { threshold: 90 }, DeadMansSwitch: "off" })).toHaveLength(3);
});
