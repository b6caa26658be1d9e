import { describe, expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microservice } from "../../support/fixtures.ts";

function problemsOf(stated: Partial<Microservice>): string[] {
  const { diagnostics } = checkMicroservice(microservice(stated), "services/receipts");
  return diagnostics.map(({ path, message }) => `${path}: ${message}`);
}

describe("a service without a port", () => {
  test.each<[string, Partial<Microservice>]>([
    ["nothing else", {}],
    ["a check by exec", { probes: { liveness: { exec: { command: ["/bin/alive"] } } } }],
    ["an agent's metrics", { metrics: { path: "/metrics", port: 9404 } }],
    ["cardholder data", { cardholderData: true }],
    ["the variable that else the ports set", { env: { SERVER_PORT: "8080" } }],
  ])("may have %s", (_, stated) => {
    expect(problemsOf({ ports: "none", ...stated })).toEqual([]);
  });

  test.each<[string, Partial<Microservice>, RegExp]>([
    [
      "a check that asks a port",
      { probes: { readiness: { httpGet: { path: "/ready" } } } },
      /^probes\.readiness\.httpGet: asks a port, and ports is "none"; check by exec, or leave the probe out$/,
    ],
    ["an exposure", { exposure: { host: "api" } }, /^exposure: .*"none"; remove it, or give the service ports$/],
    ["TLS", { tls: true }, /^tls: .*"none"; remove it$/],
    ["metrics without their port", { metrics: { path: "/metrics" } }, /^metrics\.port: is missing.*name the port/],
    [
      "an exception from TLS",
      { cardholderData: true, securityExceptions: { withoutTls: { reason: "speaks no TLS at all" } } },
      /^securityExceptions\.withoutTls: is not needed/,
    ],
  ])("may not have %s", (_, stated, says) => {
    expect(problemsOf({ ports: "none", ...stated })).toEqual([expect.stringMatching(says)]);
  });

  test("may be called by nobody, with a justification or without", () => {
    const consumer = microservice({ name: "fraud", ports: "none" });
    for (const call of [consumer, { service: consumer, justification: "gets no card data" }]) {
      expect(problemsOf({ calls: () => [call] })).toEqual([
        'calls[0]: "fraud" listens on no port (ports: "none"), so nobody can call it; remove the call, or give it ports',
      ]);
    }
  });
});

describe("a gRPC port", () => {
  test("may be asked by probes", () => {
    expect(problemsOf({ ports: { grpc: 9090 }, probes: { liveness: { grpc: { port: "grpc" } } } })).toEqual([]);
  });

  test.each<[string, Partial<Microservice>, RegExp]>([
    ["of the number of another port", { ports: { grpc: 17137 } }, /^ports\.grpc: 17137 is also the port management; /],
    [
      "that metrics claim",
      { ports: { grpc: 9090 }, metrics: { path: "/metrics", port: 9090 } },
      /^metrics\.port: 9090 is the port grpc/,
    ],
    [
      "that a probe asks and nobody states",
      { probes: { liveness: { tcpSocket: { port: "grpc" } } } },
      /^probes\.liveness\.tcpSocket: asks the port "grpc", which the service does not have; add ports\.grpc$/,
    ],
    [
      "that the kubelet cannot ask by TLS",
      { tls: true, ports: { grpc: 9090 }, probes: { liveness: { grpc: { port: "grpc" } } } },
      /^probes\.liveness\.grpc: the port speaks TLS/,
    ],
  ])("is refused %s", (_, stated, says) => {
    expect(problemsOf(stated)).toEqual([expect.stringMatching(says)]);
  });
});
