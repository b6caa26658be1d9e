import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/index.ts";
import type { Microservice, Migration } from "../../../components/microservice.ts";
import { certificate, generated } from "../../../components/secrets.ts";
import { checkManifest } from "../../../recorder/kubernetesSchema.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { manifestsOf, microservice, release, site } from "../../support/fixtures.ts";

const expand: Migration = { command: ["java", "-jar", "/app.jar", "--migrate"], phase: "expand" };

function migrating(stated: Partial<Microservice> = {}, migration: Partial<Migration> = {}): Microservice {
  return microservice({ backingServices: ["receipts-database"], ...stated, migration: { ...expand, ...migration } });
}

function jobOf(service: Microservice) {
  const manifests = manifestsOf(service, site);
  const { migration, deployment } = manifests;
  const pod = migration?.job.spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (migration === undefined || pod === undefined || container === undefined) throw new Error("it has no migration");
  const [main] = deployment.spec?.template.spec?.containers ?? [];
  return { ...migration, pod, container, main, manifests };
}

function problemsOf(service: Microservice): string[] {
  return checkMicroservice(service, "services/receipts").diagnostics.map(({ path, message }) => `${path} ${message}`);
}

describe("the Job of a migration", () => {
  test("runs the service's image, or another one, with the service's variables, files and secrets", () => {
    const service = migrating({ secrets: { DB_PASSWORD: generated() }, env: { MODE: "batch" } });
    const { container, main } = jobOf(service);
    expect(container).toMatchObject({ image: main?.image, command: expand.command });
    const names = (of: typeof main) => of?.env?.map(({ name }) => name);
    expect(names(container)).toEqual(names(main));
    expect(names(container)).toEqual(expect.arrayContaining(["DB_PASSWORD", "MODE", "RECEIPTS_DATABASE_HOST"]));
    expect(jobOf(migrating({}, { image: "tools/flyway", release })).container.image).toBe(
      `${site.registry}/tools/flyway:${release}`,
    );
  });

  test("is as locked down as the service, and nobody asks it whether it is well", () => {
    const { container, main, pod } = jobOf(migrating());
    expect(container.securityContext).toEqual(main?.securityContext);
    expect(container).not.toHaveProperty("ports");
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe", "lifecycle"]) {
      expect(container).not.toHaveProperty(probe);
    }
    expect(pod).toMatchObject({ restartPolicy: "Never", automountServiceAccountToken: false });
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
  });

  test("gets on by itself, a few times at most, one pod at a time, and its log stays", () => {
    const { job, awaitSeconds } = jobOf(migrating({}, { timeout: "30m" }));
    expect(job.spec).toMatchObject({ activeDeadlineSeconds: 1800, backoffLimit: 2, podReplacementPolicy: "Failed" });
    expect(job.spec).not.toHaveProperty("ttlSecondsAfterFinished");
    expect(awaitSeconds).toBeGreaterThan(1800);
    expect(job.metadata.annotations).toMatchObject({ "pulumi.com/replaceUnready": "true" });
  });

  test("has pods that no Service, autoscaler, disruption budget or rule of the service selects", () => {
    const { job, manifests, networkPolicy } = jobOf(migrating({ podLabels: { team: "a" } }));
    const labels = job.spec?.template.metadata?.labels ?? {};
    const selectors = [
      manifests.service?.spec?.selector,
      manifests.podDisruptionBudget?.spec?.selector?.matchLabels,
      manifests.networkPolicy.spec?.podSelector?.matchLabels,
      manifests.deployment.spec?.selector.matchLabels,
    ];
    const selects = (selector: Readonly<Record<string, string>> | undefined) =>
      selector !== undefined && Object.entries(selector).every(([name, value]) => labels[name] === value);
    expect(selectors.map((each) => each !== undefined)).toEqual([true, true, true, true]);
    expect(selectors.filter(selects)).toEqual([]);
    expect(selects(networkPolicy.spec?.podSelector?.matchLabels)).toBe(true);
  });

  test("reaches its databases and nothing else, and nobody reaches it", () => {
    const service = migrating(
      { backingServices: ["payment-gateway", "receipts-database"] },
      { databases: ["receipts-database"] },
    );
    const { networkPolicy } = jobOf(service);
    expect(networkPolicy.spec?.egress).toEqual([
      {
        to: [{ ipBlock: { cidr: "10.1.30.10/32" } }, { ipBlock: { cidr: "10.1.30.11/32" } }],
        ports: [{ protocol: "TCP", port: 5432 }],
      },
    ]);
    expect(networkPolicy.spec?.policyTypes).toEqual(["Ingress", "Egress"]);
    expect(networkPolicy.spec?.ingress).toEqual(manifestsOf(service).migration?.networkPolicy.spec?.ingress);
    expect(JSON.stringify(networkPolicy.spec?.ingress)).not.toContain("ipBlock");
  });

  test("reaches Vault where its secrets are files, and no agent keeps it from ending", () => {
    const secrets = { DB_PASSWORD: generated(), SIGN: certificate() };
    const { networkPolicy, job } = jobOf(migrating({ secrets, secretDelivery: "files" }));
    expect(networkPolicy.spec?.egress).toHaveLength(2);
    expect(job.spec?.template.metadata?.annotations).toMatchObject({
      "vault.hashicorp.com/agent-inject": "true",
      "vault.hashicorp.com/agent-pre-populate-only": "true",
    });
  });

  test("mounts nothing that lasts, which one node alone may mount", () => {
    const { pod } = jobOf(migrating({ volumes: { "/data": { size: "20Gi" } } }));
    expect(JSON.stringify(pod.volumes)).not.toContain("persistentVolumeClaim");
  });

  test("has a heap that fits its own memory", () => {
    const { container } = jobOf(migrating({}, { resources: { memory: "512Mi", cpu: "100m" } }));
    expect(container.resources).toMatchObject({
      requests: { cpu: "100m", memory: "512Mi" },
      limits: { memory: "512Mi" },
    });
    const options = container.env?.find(({ name }) => name === "JAVA_TOOL_OPTIONS")?.value;
    expect(options).toContain("-XX:MaxRAMPercentage=26.0");
  });
});

describe("another release is another Job", () => {
  const nameOf = (service: Microservice) => jobOf(service).job.metadata.name;

  test("named by the release and what it runs with, within Kubernetes' 63 characters", () => {
    const name = "a".repeat(40);
    expect(nameOf(migrating({ name }))).toMatch(/^a{40}-migration-[0-9a-f]{10}$/);
    expect(nameOf(migrating())).toBe(nameOf(migrating()));
    expect(nameOf(migrating())).not.toBe(nameOf(migrating({ env: { MODE: "batch" } })));
    expect(nameOf(migrating())).not.toBe(nameOf(migrating({}, { command: ["migrate"] })));
  });

  test("and what only the service's pods have changes nothing", () => {
    const other = migrating({ autoscaling: { minReplicas: 3 }, podAnnotations: { a: "b" }, priority: "standard" });
    expect(nameOf(other)).toBe(nameOf(migrating()));
  });
});

test("a service without a migration, or one that is paused, has no Job", () => {
  expect(manifestsOf(microservice()).migration).toBeUndefined();
  expect(manifestsOf(migrating({ paused: true })).migration).toBeUndefined();
});

test("a site whose database is a replica runs no migration, and has the room for one", () => {
  const { backingServices } = site;
  const original = backingServices["receipts-database"];
  if (original === undefined) throw new Error("the site has the database");
  const replica = {
    ...site,
    backingServices: { ...backingServices, "receipts-database": { ...original, replicaOf: "dc1" } },
  };
  const both = migrating(
    { backingServices: ["payment-gateway", "receipts-database"] },
    { databases: ["payment-gateway", "receipts-database"] },
  );
  expect(manifestsOf(migrating(), replica)).toMatchObject({
    migration: { runs: false },
    resources: manifestsOf(migrating()).resources,
  });
  const { migration } = manifestsOf(both, replica);
  expect(migration?.runs).toBe(true);
  expect(migration?.networkPolicy.spec?.egress).toHaveLength(1);
});

test("whatever the service: the API server knows the Job's fields", async () => {
  await fc.assert(
    fc.asyncProperty(microserviceArbitrary, async (service) => {
      const { migration } = manifestsOf(service);
      if (migration === undefined) return;
      for (const object of [migration.job, migration.networkPolicy]) {
        expect(await checkManifest(JSON.parse(JSON.stringify(object)))).toEqual([]);
      }
      expect(migration.job.metadata.name.length).toBeLessThanOrEqual(63);
    }),
    { numRuns: 60 },
  );
});

describe("a migration is refused that", () => {
  test.each<[string, Microservice, string]>([
    [
      "contracts without saying after which release",
      migrating({}, { phase: "contract" }),
      'migration.contract is missing; with phase: "contract", add { after: "tag@sha256:..." }: the first release of this service that no longer needs what goes',
    ],
    [
      "expands and waits",
      migrating({}, { contract: { after: release } }),
      'migration.contract stands beside phase: "expand", which waits for nothing; remove it, or write phase: "contract" if the change takes something away',
    ],
    [
      "has no database",
      migrating({ backingServices: [] }),
      "migration.databases has nothing to change: the service uses no backing service; add the database to backingServices",
    ],
    [
      "does not say which",
      migrating({ backingServices: ["receipts-database", "payment-gateway"] }),
      "migration.databases is missing; say which of backingServices it changes (receipts-database, payment-gateway): the network is open to no other",
    ],
    [
      "names another",
      migrating({}, { databases: ["receipts-databse"] }),
      'migration.databases[0] "receipts-databse" is none of the service\'s backingServices (receipts-database); add it there, or correct the name; did you mean "receipts-database"?',
    ],
    [
      "names an image without its release",
      migrating({}, { image: "tools/flyway" }),
      "migration.release is missing; add the image's tag@sha256:digest, which is the same in every site (without image it is the service's own)",
    ],
    [
      "has no room for a JVM",
      migrating({}, { resources: { memory: "128Mi" } }),
      'migration.resources.memory "128Mi" does not hold a JVM; allow at least 256Mi',
    ],
    [
      "takes a number for a time",
      migrating({}, { timeout: "10" as "10s" }),
      'migration.timeout "10" must be a time from "10s" to "6h" as text, in whole h, m and s: "90s", "10m", "1h30m"',
    ],
    [
      "holds a secret in the clear",
      migrating({}, { command: ["liquibase", "--password=hunter2hunter2", "update"] }),
      "migration.command[1] looks like a secret",
    ],
  ])("%s", (_, service, says) => {
    const problems = problemsOf(service);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });

  test("hands memory out, where there is cardholder data", () => {
    const service = migrating(
      {
        cardholderData: true,
        backingServices: [{ name: "receipts-database", justification: "holds the cards" }],
      },
      { command: ["java", "-agentlib:jdwp=transport=dt_socket,server=y", "-jar", "/app.jar"] },
    );
    expect(problemsOf(service).join("\n")).toContain("migration.command[1]");
  });
});
