import { describe, expect, it } from "vitest";
import type { Frozen, PeakTime } from "../../../delivery/calendar/index.ts";
import { freezeLine, missedPeaks } from "../../../delivery/deployment/moment.ts";
import type { Identity } from "../../../delivery/identity/index.ts";

const [start, end] = [new Date("2026-12-28T05:00:00Z"), new Date("2027-01-04T23:30:00Z")];
const window = { name: "year-end", reason: "annual declarations close", start: "2026-12-28T00:00", duration: "7d" };
const place = { site: "dc1", timeZone: "America/Lima" };

describe("freezeLine", () => {
  // The fields of a freeze that are not read here are the calendar's own business.
  const frozen = { freezes: [{ freeze: window, start, end }], since: start, until: end } as unknown as Frozen;

  const breakGlass = { vaultEntities: ["0b3f"], signers: ["SHA256:abc"] };

  it("says until when, why, and who may pass", () => {
    const line = freezeLine(frozen, { ...place, who: { kind: "unknown" }, breakGlass, isAsked: false });
    expect(line).toContain(
      "dc1 is frozen until 2027-01-04 18:30 America/Lima, 23:30 UTC: year-end (annual declarations close)",
    );
    expect(line).toContain('--break-glass "why it cannot wait"');
  });

  it("says to whoever may not pass by what they are known, and who may", () => {
    const said = (who: Identity) => freezeLine(frozen, { ...place, who, breakGlass, isAsked: true });
    const may = "breakGlass of calendar.yaml names Vault's entity 0b3f, the key SHA256:abc";
    const ana = said({ kind: "vault-entity", id: "9d1f", name: "userpass-ana" });
    expect(ana).toContain(`userpass-ana (Vault), entity 9d1f, may not break the glass; ${may}`);
    const leo = said({ kind: "commit-signer", signer: "leo@tax.example", fingerprint: "SHA256:leo" });
    expect(leo).toContain(`leo@tax.example (signed commit), key SHA256:leo, may not break the glass; ${may}`);
    expect(said({ kind: "unknown" })).toContain("nobody vouches for who you are: use a VAULT_TOKEN of a login");
  });

  it("says where the calendar names nobody", () => {
    const nobody = { ...place, who: { kind: "unknown" }, breakGlass: { vaultEntities: [], signers: [] } } as const;
    expect(freezeLine(frozen, { ...nobody, isAsked: true })).toMatch(/breakGlass of calendar\.yaml names nobody$/);
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
