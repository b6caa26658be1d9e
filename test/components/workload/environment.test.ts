import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { backingServiceVariables, environmentVariables } from "../../../components/workload/environment.ts";
import { catalogueArbitrary, microserviceArbitrary, siteArbitrary } from "../../support/arbitraries.ts";
import { containerOf, deploymentOf, environmentOf, microservice, site } from "../../support/fixtures.ts";

test("a service with nothing but the required fields gets its ports, JVM options, shutdown and configuration", () => {
  expect(environmentOf(deploymentOf(microservice()))).toEqual({
    JAVA_TOOL_OPTIONS: expect.stringContaining("-XX:MaxRAMPercentage=70.0"),
    SERVER_PORT: "7137",
    MANAGEMENT_SERVER_PORT: "17137",
    SERVER_SHUTDOWN: "graceful",
    SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: "30s",
    SPRING_CONFIG_ADDITIONAL_LOCATION: "file:/config/",
  });
});

test("without configuration there is no place of it", () => {
  const names = environmentVariables(resolveMicroservice(microservice()), { backingServices: {} }, false).map(
    ({ name }) => name,
  );
  expect(names).not.toContain("SPRING_CONFIG_ADDITIONAL_LOCATION");
});

test.each<[string, Partial<Microservice>, Record<string, unknown>]>([
  [
    "a call",
    { calls: () => [microservice({ name: "taxpayer-registry", namespace: "registry", ports: { http: 8080 } })] },
    { TAXPAYER_REGISTRY_URL: "http://taxpayer-registry.registry.svc.cluster.local:8080" },
  ],
  [
    "a backing service",
    { backingServices: ["receipts-database"] },
    { RECEIPTS_DATABASE_HOST: "db.dc1.tax.example", RECEIPTS_DATABASE_PORT: "5432" },
  ],
  [
    "an objective of latency",
    { objectives: { latency: { threshold: "0.29s", ratio: "99%" } } },
    { MANAGEMENT_METRICS_DISTRIBUTION_SLO_HTTP_SERVER_REQUESTS: "290ms" },
  ],
  ["text", { env: { LOG_LEVEL: "DEBUG", EMPTY: "" } }, { LOG_LEVEL: "DEBUG", EMPTY: "" }],
  [
    "a field of the pod",
    { env: { POD_IP: { fieldPath: "status.podIP" } } },
    { POD_IP: { fieldRef: { fieldPath: "status.podIP" } } },
  ],
  [
    "a secret",
    { secrets: { DB_PASSWORD: { secretName: "receipts" } } },
    { DB_PASSWORD: { secretKeyRef: { name: "receipts", key: "DB_PASSWORD" } } },
  ],
  [
    "a secret under another key",
    { secrets: { API_KEY: { secretName: "receipts", key: "api-key" } } },
    { API_KEY: { secretKeyRef: { name: "receipts", key: "api-key" } } },
  ],
])("%s becomes a variable", (_, stated, variables) => {
  expect(environmentOf(deploymentOf(microservice(stated)))).toMatchObject(variables);
});

test.each([
  ["receipts", "RECEIPTS_HOST", "RECEIPTS_PORT"],
  ["taxpayer-registry", "TAXPAYER_REGISTRY_HOST", "TAXPAYER_REGISTRY_PORT"],
  ["a-b-c", "A_B_C_HOST", "A_B_C_PORT"],
  ["3ds-gateway", "_3DS_GATEWAY_HOST", "_3DS_GATEWAY_PORT"],
])("the backing service %s is where %s and %s say", (name, host, port) =>
  expect(backingServiceVariables(name)).toEqual([host, port]),
);

test("a variable stands behind those that it names, whatever the names are", () => {
  const env = { A_URL: "http://$(B_HOST):$(C_PORT)", B_HOST: "$(D_NAME).example.org", C_PORT: "80", D_NAME: "docs" };
  const names = environmentVariables(resolveMicroservice(microservice({ env })), { backingServices: {} }, false).map(
    ({ name }) => name,
  );
  expect(names.slice(-2)).toEqual(["B_HOST", "A_URL"]);
});

test("variables that name each other in a circle are refused, and text that only looks so is not", () => {
  const refused = (env: Record<string, string>) =>
    checkMicroservice(microservice({ env }), "services/receipts").diagnostics.map(({ path }) => path);
  expect(refused({ ONE: "$(TWO)", TWO: "a$(ONE)", THREE: "$(ONE)" })).toEqual(["env.ONE", "env.TWO"]);
  expect(refused({ SELF: "$$(SELF)", OTHER: "$(NOBODY)" })).toEqual([]);
});

test("a variable's name is one that shells, Spring and every Kubernetes accept, and no two names share one", () => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
  fc.assert(
    fc.property(label, label, (one, other) => {
      const [host] = backingServiceVariables(one);
      expect(host).toMatch(/^[A-Z_][A-Z0-9_]*$/);
      expect(host === backingServiceVariables(other)[0]).toBe(one === other);
    }),
  );
});

describe("for random services", () => {
  const nameOf = (name: string, suffix: string) => `${name.toUpperCase().replaceAll("-", "_")}_${suffix}`;

  test("every call has its URL and every backing service its host and port, and nobody else's stand there", () => {
    fc.assert(
      fc.property(catalogueArbitrary(), siteArbitrary, (services, where) => {
        for (const description of services) {
          const service = resolveMicroservice(description);
          const environment = environmentOf(deploymentOf(description, where));
          const domain = where.network?.dns?.domain ?? "cluster.local";
          const called = service.calls.map(({ source }) => resolveMicroservice(source));
          for (const callee of called) {
            expect(environment[nameOf(callee.name, "URL")]).toBe(
              `${callee.tls ? "https" : "http"}://${callee.name}.${callee.namespace}.svc.${domain}:${callee.ports?.http}`,
            );
            const { grpc } = callee.ports ?? {};
            expect(environment[nameOf(callee.name, "GRPC_TARGET")]).toBe(
              grpc === undefined ? undefined : `${callee.name}.${callee.namespace}.svc.${domain}:${grpc}`,
            );
          }
          for (const name of service.backingServices) {
            expect(environment[nameOf(name, "HOST")]).toBe(where.backingServices[name]?.host);
            expect(environment[nameOf(name, "PORT")]).toBe(String(where.backingServices[name]?.port));
          }
          const names = Object.keys(environment);
          expect(names.filter((name) => name.endsWith("_URL"))).toHaveLength(called.length);
          expect(names.filter((name) => name.endsWith("_HOST"))).toHaveLength(service.backingServices.length);
        }
      }),
    );
  });

  test("variables are sorted, and none stands there twice", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const variables = containerOf(deploymentOf(service)).env ?? [];
        const [plain = [], referring = []] = [false, true].map((refers) =>
          variables.filter(({ value = "" }) => /\$\([^)]+\)/.test(value) === refers).map(({ name }) => name),
        );
        const names = variables.map(({ name }) => name);
        expect(names.slice(0, plain.length)).toEqual(plain.sort());
        expect(names.slice(plain.length).sort()).toEqual(referring.sort());
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  test("secrets come by reference only, and a pod without its secret does not start", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const variables = containerOf(deploymentOf(service)).env ?? [];
        const { stored, existing } = resolveMicroservice(service).secrets;
        const expected = new Map(
          existing.map(({ key, secret }) => [key, { name: secret.secretName, key: secret.key ?? key }]),
        );
        if (service.secretDelivery !== "files") {
          for (const { key } of stored) expected.set(key, { name: `${service.name}-secrets`, key });
        }
        const byReference = variables.filter(({ valueFrom }) => valueFrom?.secretKeyRef !== undefined);
        expect(byReference.map(({ name }) => name)).toEqual([...expected.keys()].sort());
        for (const { name, value, valueFrom } of byReference) {
          expect(value).toBeUndefined();
          expect(Object.keys(valueFrom ?? {})).toEqual(["secretKeyRef"]);
          expect(valueFrom?.secretKeyRef).toEqual(expected.get(name));
        }
      }),
    );
  });

  test("the order in which a description lists its variables does not matter", () => {
    const env = { B: "2", A: "1" };
    const other = { A: "1", B: "2" };
    expect(containerOf(deploymentOf(microservice({ env }))).env).toEqual(
      containerOf(deploymentOf(microservice({ env: other }))).env,
    );
  });
});

test("a backing service that the site does not have leaves no half of a variable", () => {
  const names = Object.keys(environmentOf(deploymentOf(microservice({ backingServices: ["unknown"] }), site)));
  expect(names.filter((name) => name.startsWith("UNKNOWN"))).toEqual([]);
});

test("a value that only looks like a reference keeps its place in the alphabet", () => {
  const env = { A: "costs 5$ (or $()", B: "x" };
  const names = environmentVariables(resolveMicroservice(microservice({ env })), { backingServices: {} }, false).map(
    ({ name }) => name,
  );
  expect(names.slice(0, 2)).toEqual(["A", "B"]);
});

test("a value that refers to another variable stands behind it, since Kubernetes resolves it only then", () => {
  const env = { ADDRESS: "http://$(POD_IP):$(SERVER_PORT)", POD_IP: { fieldPath: "status.podIP" } };
  const names = environmentVariables(resolveMicroservice(microservice({ env })), { backingServices: {} }, false).map(
    ({ name }) => name,
  );
  expect(names.at(-1)).toBe("ADDRESS");
  expect(names.slice(0, -1)).toEqual(names.slice(0, -1).sort());
});
