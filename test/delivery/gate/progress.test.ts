import { expect, it } from "vitest";
import type { ConditionState, Observation } from "../../../delivery/gate/condition.ts";
import { GateProgress } from "../../../delivery/gate/progress.ts";
import { beginSoak, type SoakState, takeLook } from "../../../delivery/gate/soak.ts";

const [pods, alerts] = ["Deployment payments/card-payments", "alerts"];
const begin = Date.UTC(2026, 4, 4, 8);

/** What is written of looks every 10 s, each with the states of pods and alerts. */
function written(live: boolean, looks: readonly (readonly [ConditionState, ConditionState])[]): string {
  let text = "";
  const progress = new GateProgress("dc1", 20, { live, write: (part) => (text += part) });
  looks.reduce<SoakState>(
    (state, [first, second], index) => {
      const now = begin + index * 10_000;
      const observations: Observation[] = [
        { condition: pods, state: first, what: "of 4 pods 2 are available" },
        { condition: alerts, state: second, what: "ServiceDown", remedy: "read its page" },
      ];
      const next = takeLook(
        state,
        { began: now, ended: now, observations },
        { soak: 20, timeout: 900, longestGap: 60 },
      );
      progress.show(next);
      return next;
    },
    beginSoak([{ name: pods }, { name: alerts }], begin),
  );
  return text;
}

it("in a log there is a line for each change, and none for a look that brings nothing new", () => {
  const text = written(false, [
    ["waiting", "pass"],
    ["waiting", "pass"],
    ["pass", "pass"],
    ["pass", "fail"],
    ["pass", "pass"],
    ["pass", "pass"],
    ["pass", "pass"],
  ]);
  expect(text.split("\n")).toEqual([
    "dc1 08:00:00 1 of 2 conditions are met",
    "dc1 08:00:00 waiting Deployment payments/card-payments: of 4 pods 2 are available",
    "dc1 08:00:20 pass    Deployment payments/card-payments: of 4 pods 2 are available",
    "dc1 08:00:20 all is well: it has to last for 20s",
    "dc1 08:00:30 fail    alerts: ServiceDown (to do: read its page)",
    "dc1 08:00:30 the soak is interrupted",
    "dc1 08:00:40 pass    alerts: ServiceDown",
    "dc1 08:00:40 all is well: it has to last for 20s",
    "",
  ]);
});

it("on a terminal the last line lives", () => {
  const text = written(true, [
    ["waiting", "no-data"],
    ["pass", "pass"],
    ["pass", "pass"],
  ]);
  const lines = text.split("\r\u001b[K").map((part) => part.split("\n").at(-1));
  expect(lines).toEqual([
    "",
    "dc1 no-data: alerts and 1 more, since 0s",
    "dc1 well for 0s of 20s",
    "dc1 well for 10s of 20s",
  ]);
});
