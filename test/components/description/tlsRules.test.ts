import { describe, expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { certificate, generated } from "../../../components/secrets.ts";
import { microservice, resolved } from "../../support/fixtures.ts";

const withoutTls = { reason: "the vendor's appliance speaks no TLS" };

function problemsOf(stated: Partial<Microservice>): string[] {
  const { diagnostics } = checkMicroservice(microservice(stated), "services/receipts");
  return diagnostics.map(({ path, message }) => `${path}: ${message}`);
}

describe("a service that speaks TLS", () => {
  test("has a certificate of Vault without asking for one, as files where there is cardholder data", () => {
    expect(resolved({ tls: true }).secrets).toMatchObject({ delivery: "env", issued: [{ key: "TLS", bundle: "tls" }] });
    expect(resolved({ cardholderData: true }).secrets).toMatchObject({
      delivery: "files",
      agent: "init and sidecar",
      issued: [{ key: "TLS", bundle: "tls" }],
    });
    expect(resolved().secrets.issued).toEqual([]);
  });

  test("keeps the certificate that it states", () => {
    const secrets = { TLS: certificate({ validityDays: 7 }) };
    expect(resolved({ tls: true, secrets }).secrets.issued).toMatchObject([
      { key: "TLS", secret: { validityDays: 7 } },
    ]);
    expect(problemsOf({ tls: true, secrets })).toEqual([]);
  });

  test.each<[string, Partial<Microservice>, RegExp]>([
    [
      "cardholder data in the clear",
      { cardholderData: true, tls: false },
      /^tls: is false, .*withoutTls: { reason } }/,
    ],
    [
      "an exception for nothing",
      { cardholderData: true, securityExceptions: { withoutTls } },
      /^securityExceptions\.withoutTls: contradicts tls, which is on/,
    ],
    [
      "an exception that nobody needs",
      { securityExceptions: { withoutTls } },
      /^securityExceptions\.withoutTls: is not needed/,
    ],
    ["another secret of that name", { tls: true, secrets: { TLS: generated() } }, /^secrets\.TLS: is the key of the/],
    ["a variable of that name", { tls: true, env: { TLS: "x" } }, /^env\.TLS: is also a key of secrets/],
    ["a key in place of the authority", { secrets: { SERVICES: certificate() } }, /^secrets\.SERVICES: .*rename it/],
    [
      "a check that knows no TLS",
      { tls: true, probes: { liveness: { grpc: { port: "http" } } } },
      /^probes\.liveness\.grpc: the port speaks TLS/,
    ],
    [
      "a check that knows no TLS, where there is one port",
      { tls: true, ports: { http: 80, management: 80 }, probes: { readiness: { grpc: { port: "management" } } } },
      /^probes\.readiness\.grpc: the port speaks TLS/,
    ],
  ])("%s is refused", (_, stated, message) => {
    expect(problemsOf(stated)).toEqual([expect.stringMatching(message)]);
  });

  test("may be without TLS for a reason, in spite of cardholder data", () => {
    expect(problemsOf({ cardholderData: true, tls: false, securityExceptions: { withoutTls } })).toEqual([]);
  });
});

describe("probes", () => {
  const readiness = { httpGet: { path: "/ready", port: "http" } } as const;

  test("the callers' port is asked by HTTPS, a management port of its own by HTTP", () => {
    const { probes } = resolved({ tls: true, probes: { readiness } });
    expect(probes.readiness?.httpGet).toEqual({ path: "/ready", port: "https", scheme: "HTTPS" });
    expect(probes.liveness?.httpGet).toEqual({ path: "/actuator/health/liveness", port: "management" });
  });

  test("one port for both is asked by HTTPS", () => {
    const { probes } = resolved({ tls: true, ports: { http: 8443, management: 8443 } });
    expect(probes.startup?.httpGet).toMatchObject({ port: "https", scheme: "HTTPS" });
    expect(probes.liveness?.httpGet).toMatchObject({ port: "https", scheme: "HTTPS" });
  });

  test("without TLS nothing says a scheme", () => {
    expect(resolved({ probes: { readiness } }).probes.readiness?.httpGet).toEqual({ path: "/ready", port: "http" });
  });
});
