import { expect, it } from "vitest";
import { resumption } from "../../../delivery/deployment/resume.ts";
import { deliveryRecord } from "../../support/deliveryRecords.ts";

it("has nothing to do after a deployment that was verified, or before the first", () => {
  expect(resumption([])).toEqual({ refreshes: false, said: undefined, abandoned: [] });
  const records = [deliveryRecord(1, { outcome: "started" }), deliveryRecord(2, { started: 1 })];
  expect(resumption(records)).toMatchObject({ refreshes: false, said: undefined });
});

it("refreshes after one that has no end, says since when, and records its end", () => {
  const { refreshes, said, abandoned } = resumption([deliveryRecord(1), deliveryRecord(2, { outcome: "started" })]);
  expect(refreshes).toBe(true);
  expect(said).toBe(
    "the deployment of aaaaaaaaaa, started 2026-11-26T10:02:00.000Z by approle-deploy (Vault), has no end: it was killed",
  );
  expect(abandoned.map(({ sequence }) => sequence)).toEqual([2]);
});

it.each(["failed", "interrupted"] as const)("refreshes after one that %s, whatever was recorded since", (outcome) => {
  const records = [
    deliveryRecord(1, { outcome: "started" }),
    deliveryRecord(2, { outcome, started: 1 }),
    deliveryRecord(3, { kind: "hold", outcome: "completed" }),
  ];
  expect(resumption(records)).toMatchObject({ refreshes: true, abandoned: [] });
});
