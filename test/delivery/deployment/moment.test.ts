import { describe, expect, it } from "vitest";
import type { Frozen, PeakTime } from "../../../delivery/calendar/index.ts";
import { freezeLine, missedPeaks } from "../../../delivery/deployment/moment.ts";

const [start, end] = [new Date("2026-12-28T05:00:00Z"), new Date("2027-01-04T23:30:00Z")];
const window = { name: "year-end", reason: "annual declarations close", start: "2026-12-28T00:00", duration: "7d" };
const place = { site: "dc1", timeZone: "America/Lima" };

describe("freezeLine", () => {
  // The fields of a freeze that are not read here are the calendar's own business.
  const frozen = { freezes: [{ freeze: window, start, end }], since: start, until: end } as unknown as Frozen;

  it("says until when, why, and who may pass", () => {
    const line = freezeLine(frozen, { ...place, who: "unknown", isAsked: false });
    expect(line).toContain(
      "dc1 is frozen until 2027-01-04 18:30 America/Lima, 23:30 UTC: year-end (annual declarations close)",
    );
    expect(line).toContain('--break-glass "why it cannot wait"');
  });

  it("says to whoever may not pass that they may not", () => {
    expect(freezeLine(frozen, { ...place, who: "ana (Vault)", isAsked: true })).toContain(
      "ana (Vault) is not among those",
    );
  });
});

describe("missedPeaks", () => {
  const due = [
    { peak: { ...window, minReplicas: { receipts: 4, gone: 2 } }, start, end, due: start },
  ] as unknown as PeakTime[];
  const deployment = { kind: "Deployment", metadata: { name: "receipts" }, spec: {} };
  const autoscaler = (minReplicas: number) => ({
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "receipts" },
    spec: { minReplicas },
  });

  it("names the services that have too few replicas for a peak that is due", () => {
    expect(missedPeaks(due, [deployment, autoscaler(3)], place)[0]).toMatch(
      /year-end is due in dc1.*receipts has 3, not 4/,
    );
    expect(missedPeaks(due, [deployment, autoscaler(4)], place)).toEqual([]);
    expect(missedPeaks(due, [{ ...deployment, spec: { replicas: 2 } }], place)[0]).toContain("receipts has 2");
  });

  it("knows no paused service and none that is not there", () => {
    expect(missedPeaks(due, [{ ...deployment, spec: { replicas: 0 } }], place)).toEqual([]);
    expect(missedPeaks(due, [], place)).toEqual([]);
  });
});
