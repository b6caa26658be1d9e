import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { microservice, resolved } from "../../support/fixtures.ts";

test("defaults: start-up asks what liveness asks, often; liveness is the slowest", () => {
  expect(resolved().probes).toEqual({
    startup: {
      httpGet: { path: "/actuator/health/liveness", port: "management" },
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 30,
    },
    readiness: {
      httpGet: { path: "/actuator/health/readiness", port: "management" },
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 3,
    },
    liveness: {
      httpGet: { path: "/actuator/health/liveness", port: "management" },
      periodSeconds: 20,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
  });
});

test("the derived start-up probe takes the check of a stated liveness and neither its delay nor its rhythm", () => {
  const liveness = { tcpSocket: { port: "http" as const }, initialDelaySeconds: 50, periodSeconds: 50 };
  expect(resolved({ probes: { liveness }, startupSeconds: 61 }).probes.startup).toEqual({
    tcpSocket: { port: "http" },
    periodSeconds: 5,
    timeoutSeconds: 5,
    failureThreshold: 13,
  });
});

test("unless it or readiness is stated, liveness is the slowest to act", () => {
  fc.assert(
    fc.property(microserviceArbitrary, ({ probes: { startup } = {}, ...service }) => {
      const probes = startup === undefined || startup === "none" ? {} : { startup };
      const { readiness, liveness, startup: start } = resolveMicroservice({ ...service, probes }).probes;
      if (service.ports === "none") {
        expect([readiness, liveness]).toEqual([undefined, undefined]);
        return;
      }
      const patience = ({ periodSeconds = 0, failureThreshold = 0 } = {}) => periodSeconds * failureThreshold;
      expect(patience(liveness)).toBeGreaterThan(patience(readiness));
      expect(liveness?.periodSeconds ?? 0).toBeGreaterThan(readiness?.periodSeconds ?? 0);
      if (startup === undefined) expect(liveness?.periodSeconds ?? 0).toBeGreaterThan(start?.periodSeconds ?? 0);
    }),
  );
});

test("a start-up probe of `none` is none", () => {
  expect(resolved({ probes: { startup: "none" } }).probes.startup).toBeUndefined();
});

test.each([
  ["readiness", { httpGet: { path: "/ready" }, periodSeconds: 1 }],
  ["liveness", { httpGet: { path: "/live" }, periodSeconds: 3 }],
  ["startup", { httpGet: { path: "/live" }, periodSeconds: 2 }],
] as const)(
  "a short period of %s shortens the timeout that nobody stated, so that the description stays sound",
  (name, probe) => {
    const service = microservice({ probes: { [name]: probe } });
    expect(checkMicroservice(service, "services/receipts").diagnostics).toEqual([]);
    expect(resolveMicroservice(service).probes[name]?.timeoutSeconds).toBe(probe.periodSeconds);
  },
);

test("one number for both ports makes one port, http, which every probe asks", () => {
  const { startup, readiness, liveness } = resolved({ ports: { http: 8080, management: 8080 } }).probes;
  expect([startup, readiness, liveness].map((probe) => probe?.httpGet?.port)).toEqual(["http", "http", "http"]);
});

test("a gRPC check has a number, since the kubelet takes no name", () => {
  const readiness = { grpc: { port: "management" as const } };
  expect(resolved({ probes: { readiness } }).probes.readiness?.grpc).toEqual({ port: 17137 });
  const ofCallers = resolved({ ports: { grpc: 9090 }, probes: { liveness: { grpc: { port: "grpc" } } } }).probes;
  expect([ofCallers.startup?.grpc, ofCallers.liveness?.grpc]).toEqual([{ port: 9090 }, { port: 9090 }]);
});

test("a service that listens on no port has the checks that it states, and no others", () => {
  expect(resolved({ ports: "none" }).probes).toEqual({});
  const { startup, readiness, liveness } = resolved({
    ports: "none",
    probes: { liveness: { exec: { command: ["/bin/alive"] } } },
  }).probes;
  expect(readiness).toBeUndefined();
  expect(liveness).toMatchObject({ exec: { command: ["/bin/alive"] }, periodSeconds: 20 });
  expect(startup).toMatchObject({ exec: { command: ["/bin/alive"] }, periodSeconds: 5, failureThreshold: 30 });
});
