import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { type GateResult, runGate, type SoakState } from "../../delivery/gate/index.ts";
import { freePorts } from "../../sandbox/sites/ports.ts";
import { gateCluster, gateExpectations, gateSite, rolledOut } from "../support/gateCluster.ts";
import { PagingPrometheus } from "../support/pagingPrometheus.ts";
import { password } from "./renderedSite.ts";

// What a gate makes of a real Prometheus, which speaks TLS and asks for a password.
let prometheus: PagingPrometheus;

beforeAll(async () => {
  prometheus = await PagingPrometheus.start();
});

afterAll(() => prometheus?.stop());

beforeEach(() => prometheus.page(false));

/** Runs a gate of a few real seconds. */
async function gate(
  more: { readonly port?: number; readonly word?: string; readonly onState?: (state: SoakState) => void } = {},
): Promise<GateResult> {
  const url = more.port === undefined ? prometheus.url : `https://localhost:${more.port}`;
  return runGate({
    ...{ ...gateSite, soakSeconds: 8, timeoutSeconds: 60, signal: new AbortController().signal },
    site: {
      ...gateSite.site,
      gate: { prometheus: { url, username: prometheus.username }, caCertificate: prometheus.caCertificate },
    },
    environment: { PROMETHEUS_PASSWORD: more.word ?? password },
    expected: gateExpectations,
    client: gateCluster(rolledOut),
    onState: more.onState ?? (() => undefined),
  });
}

it("passes while nothing fires for which somebody is called", async () => {
  const result = await vi.waitFor(async () => {
    const found = await gate();
    expect(found.outcome).toBe("pass");
    return found;
  }, 120_000);
  expect(result.conditions).toContainEqual(
    expect.objectContaining({ name: "alerts", state: "pass", what: "no alert with severity page fires" }),
  );
});

it("an alert that fires during the soak interrupts it, and fails the gate while it lasts", async () => {
  let soaked = false;
  const result = await gate({
    onState: ({ soaking }) => {
      if (soaking === undefined || soaked) return;
      soaked = true;
      void prometheus.page(true);
    },
  });
  expect(result).toMatchObject({
    ...{ outcome: "fail", interruptions: 1 },
    failed: {
      ...{ name: "alerts", state: "fail", what: "firing with severity page: ServiceDown (receipts)" },
      because: "it lasted as long as the soak",
    },
  });
});

it("an alert that stops again lets the gate pass, after a whole soak", async () => {
  let seen = 0;
  const result = await gate({
    onState: ({ soaking, standings }) => {
      const fires = standings.some(({ condition, state }) => condition === "alerts" && state === "fail");
      if (soaking !== undefined && seen === 0) {
        seen = 1;
        void prometheus.page(true);
      } else if (fires && seen === 1) {
        seen = 2;
        void prometheus.page(false);
      }
    },
  });
  expect(result).toMatchObject({ outcome: "pass", interruptions: 1 });
  const lasted = Date.parse(result.ended) - Date.parse(result.soaking ?? "");
  expect(lasted).toBeGreaterThanOrEqual(8000);
});

it("a wrong password is no data, and that fails the gate", async () => {
  expect(await gate({ word: "another" })).toMatchObject({
    outcome: "fail",
    failed: { state: "no-data", what: "Prometheus does not accept the password (HTTP 401)" },
  });
});

it("a Prometheus that is not there is no data, and that fails the gate", async () => {
  const [port = 0] = await freePorts(1);
  expect(await gate({ port })).toMatchObject({
    outcome: "fail",
    failed: {
      ...{ state: "no-data", what: "Prometheus cannot be reached (ECONNREFUSED)" },
      because: "there was no data for as long as the soak",
    },
  });
});
