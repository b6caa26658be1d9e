import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCatalogue } from "../../../components/catalogue/catalogueRules.ts";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { catalogueArbitrary } from "../../support/arbitraries.ts";
import { microservice } from "../../support/fixtures.ts";

function problemsOf(...services: readonly Microservice[]): string[] {
  const entries = services.map((service) => ({ service, folder: `services/${service.name}`, templates: [] }));
  return checkCatalogue(entries).diagnostics.map(({ file, path, message }) => `${file}: ${path}: ${message}`);
}

test("random sound catalogues, cycles included, have no problems", () => {
  fc.assert(
    fc.property(catalogueArbitrary(), (services) => {
      expect(problemsOf(...services)).toEqual([]);
    }),
  );
});

describe("fields of one description that contradict each other", () => {
  const requests = { cpu: "500m", memory: "1Gi" } as const;

  test.each<[string, Partial<Microservice>, string]>([
    ["resources.limits.memory", { resources: { requests, limits: { memory: "512Mi" } } }, "below the request"],
    ["resources", { resources: { requests: { cpu: "1", memory: "128Mi" } } }, "does not hold a JVM"],
    ["resources.limits.cpu", { resources: { requests, limits: { cpu: "200m" } } }, "below the request"],
    ["autoscaling.maxReplicas", { autoscaling: { minReplicas: 5, maxReplicas: 4 } }, "below minReplicas 5"],
    [
      "probes.readiness.timeoutSeconds",
      { probes: { readiness: { httpGet: { path: "/" }, periodSeconds: 5, timeoutSeconds: 6 } } },
      "above periodSeconds 5",
    ],
    ["backingServices[1]", { backingServices: ["database", "database"] }, "listed twice"],
    ["env.SERVER_PORT", { env: { SERVER_PORT: "80" } }, "set by the service's other fields"],
    ["env.DATABASE_HOST", { backingServices: ["database"], env: { DATABASE_HOST: "x" } }, "other fields"],
    ["secrets.JAVA_TOOL_OPTIONS", { secrets: { JAVA_TOOL_OPTIONS: { secretName: "a" } } }, "other fields"],
    [
      "backingServices[0]",
      { backingServices: ["server"] },
      "would set SERVER_PORT, which the service needs for itself",
    ],
    ["backingServices[0]", { backingServices: ["management-server"] }, "would set MANAGEMENT_SERVER_PORT"],
    [
      "probes.startup",
      {
        startupSeconds: 200,
        probes: { startup: { tcpSocket: { port: "http" }, periodSeconds: 10, failureThreshold: 6 } },
      },
      "gives up after 60 s",
    ],
    [
      "securityContext.runAsUser",
      {
        securityContext: { runAsUser: 1000 },
        securityExceptions: { runAsRoot: { reason: "the vendor's image demands it" } },
      },
      "contradicts securityExceptions.runAsRoot",
    ],
    [
      "objectives",
      { objectives: { availability: "99.9%" }, metrics: "none" },
      'it has none (metrics: "none"); remove one of both',
    ],
    ["objectives", { objectives: { availability: "99.9%" }, ports: "none" }, "listens on no port"],
    ["env.A", { env: { A: "x" }, secrets: { A: { secretName: "a" } } }, "keep one"],
  ])("%s", (path, stated, message) => {
    const { diagnostics, resolved } = checkMicroservice(microservice(stated), "services/receipts");
    expect(resolved).toBeUndefined();
    expect(diagnostics).toEqual([{ file: "services/receipts", path, message: expect.stringContaining(message) }]);
  });

  test.each(["DB_PASSWORD", "apiKey_TOKEN", "GATEWAY_API_KEY", "PRIVATE_KEY"])(
    "env.%s looks like a secret, and its value is not repeated",
    (name) => {
      const { diagnostics } = checkMicroservice(microservice({ env: { [name]: "hunter2" } }), "services/receipts");
      const [problem, ...others] = diagnostics;
      expect(others).toEqual([]);
      expect(problem?.path).toBe(`env.${name}`);
      expect(problem?.message).toContain("put it under secrets");
      expect(problem?.message).not.toContain("hunter2");
    },
  );

  test.each(["TOKENIZER", "PASSWORDLESS", "KEYBOARD"])("env.%s only sounds like one", (name) => {
    expect(checkMicroservice(microservice({ env: { [name]: "x" } }), "services/receipts").diagnostics).toEqual([]);
  });

  test("a variable may be named as what every JavaScript object has", () => {
    const env = { constructor: "x", toString: "y" };
    const service = microservice({ env, secrets: { A: { secretName: "a" } } });
    expect(checkMicroservice(service, "services/receipts").diagnostics).toEqual([]);
  });

  test("without a start-up probe, both other probes need a delay", () => {
    const { diagnostics } = checkMicroservice(microservice({ probes: { startup: "none" } }), "f");
    expect(diagnostics.map(({ path }) => path)).toEqual([
      "probes.readiness.initialDelaySeconds",
      "probes.liveness.initialDelaySeconds",
    ]);
  });
});

describe("calls", () => {
  test.each<[string, () => Microservice, string]>([
    [
      "a call that fails",
      () =>
        microservice({
          calls: () => {
            throw new Error("not loaded yet");
          },
        }),
      "calls: failed: not loaded yet",
    ],
    [
      "a service outside the catalogue",
      () => microservice({ calls: () => [microservice({ name: "other" })] }),
      'calls[0]: "other" is not in the catalogue',
    ],
    [
      "itself",
      () => {
        const own: Microservice = microservice({ calls: () => [own] });
        return own;
      },
      "is the service itself",
    ],
  ])("%s is a problem", (_, make, message) => {
    expect(problemsOf(make())).toEqual([expect.stringContaining(message)]);
  });

  test("the same service twice", () => {
    const other = microservice({ name: "other" });
    expect(problemsOf(other, microservice({ calls: () => [other, other] }))).toEqual([
      expect.stringContaining('calls[1]: "other" is listed twice'),
    ]);
  });

  test("across the boundary around cardholder data a call needs a justification, in both directions", () => {
    const cards = microservice({ name: "cards", namespace: "payments", cardholderData: true });
    const out = microservice({ name: "out" });
    const silent = microservice({ calls: () => [cards] });
    expect(problemsOf(cards, silent)).toEqual([expect.stringContaining("justification")]);
    const short = microservice({ calls: () => [{ service: cards, justification: "because       " }] });
    expect(problemsOf(cards, short)).toEqual([expect.stringContaining("at least 10 characters")]);
    const stated = microservice({ calls: () => [{ service: cards, justification: "orders a refund, no card data" }] });
    expect(problemsOf(cards, stated)).toEqual([]);
    const leaving = microservice({ ...cards, calls: () => [out] });
    expect(problemsOf(leaving, out)).toEqual([expect.stringContaining("justification")]);
  });
});

describe("between descriptions", () => {
  test("a name belongs to one", () => {
    expect(problemsOf(microservice(), microservice({ namespace: "payments" }))).toEqual([
      expect.stringContaining('name: "receipts" is also the name of services/receipts'),
    ]);
  });

  test("a name is not that of another one's migration, whose pods it would select", () => {
    const migrating = microservice({ backingServices: ["db"], migration: { command: ["migrate"], phase: "expand" } });
    const other = microservice({ name: "receipts-migration" });
    expect(problemsOf(microservice(), other)).toEqual([]);
    expect(problemsOf(migrating, other)).toEqual([
      expect.stringContaining('name: "receipts-migration" is the name of the migration of services/receipts'),
    ]);
  });

  test.each([
    [{ host: "api" }, { host: "api", path: "/" }, true],
    [{ host: "api", path: "/a" }, { host: "api", path: "/a/" }, true],
    [{ host: "api", path: "/a" }, { host: "api", path: "/b" }, false],
    [{ host: "api" }, { host: "api", domain: "internal" as const }, false],
    [{ host: "api" }, { host: "www" }, false],
  ])("exposure %j beside %j: claimed twice is %s", (one, other, twice) => {
    const problems = problemsOf(microservice({ exposure: one }), microservice({ name: "other", exposure: other }));
    expect(problems).toEqual(twice ? [expect.stringContaining("services/other: exposure:")] : []);
  });

  test("cardholder data shares no namespace with anything else", () => {
    const cards = microservice({ name: "cards", cardholderData: true });
    expect(problemsOf(cards, microservice())).toEqual([expect.stringContaining("services/receipts: namespace:")]);
    expect(problemsOf(cards, microservice({ cardholderData: true }))).toEqual([]);
  });

  test("every problem of every description is reported at once", () => {
    const problems = problemsOf(microservice({ owner: "" }), microservice({ name: "other", startupSeconds: 0 }));
    expect(problems).toHaveLength(2);
  });
});
