import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { namespaceManifest } from "../../../components/cluster/namespace.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { DeploymentManifest } from "../../../components/kubernetes/manifests.ts";
import { canonicalQuantity, mebibytes, quantity } from "../../../components/kubernetes/quantity.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { deploymentManifest } from "../../../components/workload/deployment.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import {
  containerOf,
  deploymentOf,
  environmentOf,
  microservice,
  podOf,
  release,
  resolved,
  site,
} from "../../support/fixtures.ts";
import { baselineViolations, restrictedViolations } from "../../support/podSecurity.ts";

function everyService(check: (service: Microservice, deployment: DeploymentManifest) => void): void {
  fc.assert(fc.property(microserviceArbitrary, (service) => check(service, deploymentOf(service))));
}

function templateOf(deployment: DeploymentManifest) {
  const template = deployment.spec?.template;
  if (template === undefined) throw new Error("no template");
  return template;
}

describe("pod security", () => {
  test("every pod is admitted at the level that its namespace enforces", () => {
    everyService((service, deployment) => {
      const level = namespaceManifest(service.namespace, [resolveMicroservice(service)]).metadata.labels?.[
        "pod-security.kubernetes.io/enforce"
      ];
      const violations = { restricted: restrictedViolations, baseline: baselineViolations };
      expect(
        level === "baseline"
          ? violations.baseline(templateOf(deployment))
          : violations.restricted(templateOf(deployment)),
      ).toEqual([]);
      expect(level).toBe(service.securityExceptions?.runAsRoot === undefined ? "restricted" : "baseline");
    });
  });

  test("the check is no formality: running as root violates `restricted`, and nothing else does", () => {
    const reason = "the vendor's image demands it";
    const deployment = deploymentOf(microservice({ securityExceptions: { runAsRoot: { reason } } }));
    expect(restrictedViolations(templateOf(deployment))).toEqual(["Running as Non-root", "Running as Non-root user"]);
  });

  test("beyond the standard: read-only root, no token, no service links, unless an exception says so", () => {
    everyService(({ securityExceptions: exceptions }, deployment) => {
      const { securityContext } = containerOf(deployment);
      expect(securityContext?.readOnlyRootFilesystem).toBe(exceptions?.writableRootFilesystem === undefined);
      expect(podOf(deployment).automountServiceAccountToken).toBe(exceptions?.serviceAccountToken !== undefined);
      expect(podOf(deployment).enableServiceLinks).toBe(false);
    });
  });
});

describe("ports", () => {
  test("every port that a probe names is one that the container has", () => {
    everyService((service, deployment) => {
      const { ports = [], startupProbe, readinessProbe, livenessProbe } = containerOf(deployment);
      const names = ports.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(ports.map(({ containerPort }) => containerPort)).size).toBe(ports.length);
      for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
        const named = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
        if (named !== undefined) expect(names).toContain(named);
        // The kubelet's gRPC check takes a number only.
        if (probe?.grpc !== undefined)
          expect(ports.map(({ containerPort }) => containerPort)).toContain(probe.grpc.port);
      }
      if (service.ports === "none") {
        expect(
          [startupProbe, readinessProbe, livenessProbe].flatMap((probe) => Object.keys(probe ?? {})),
        ).not.toContain("httpGet");
        return;
      }
      expect(readinessProbe).toBeDefined();
      expect(livenessProbe).toBeDefined();
      expect(startupProbe === undefined).toBe(service.probes?.startup === "none");
    });
  });

  test("a probe asks the management port unless it says http", () => {
    const { readinessProbe, livenessProbe } = containerOf(
      deploymentOf(microservice({ probes: { readiness: { httpGet: { path: "/ready", port: "http" } } } })),
    );
    expect(readinessProbe?.httpGet).toEqual({ path: "/ready", port: "http" });
    expect(livenessProbe?.httpGet).toEqual({ path: "/actuator/health/liveness", port: "management" });
  });

  test("Prometheus finds the port of the metrics, which the container has, and nothing where there are none", () => {
    everyService((service, deployment) => {
      const annotations = templateOf(deployment).metadata?.annotations ?? {};
      const { metrics } = resolveMicroservice(service);
      expect(annotations["prometheus.io/path"]).toBe(metrics?.path);
      expect(annotations["prometheus.io/port"]).toBe(metrics === undefined ? undefined : String(metrics.port));
      const { ports = [] } = containerOf(deployment);
      if (metrics !== undefined) expect(ports.map(({ containerPort }) => containerPort)).toContain(metrics.port);
    });
  });

  test("a Java agent's port is scraped by plain HTTP beside the management port, which stays Actuator's", () => {
    const deployment = deploymentOf(
      microservice({
        tls: true,
        ports: { http: 8080, management: 8080 },
        metrics: { path: "/metrics", port: 9404 },
      }),
    );
    expect(containerOf(deployment).ports).toEqual([
      { name: "https", containerPort: 8080, protocol: "TCP" },
      { name: "metrics", containerPort: 9404, protocol: "TCP" },
    ]);
    expect(templateOf(deployment).metadata?.annotations).toMatchObject({
      "prometheus.io/port": "9404",
      "prometheus.io/path": "/metrics",
    });
    expect(templateOf(deployment).metadata?.annotations).not.toHaveProperty("prometheus.io/scheme");
    expect(environmentOf(deployment)["MANAGEMENT_SERVER_PORT"]).toBe("8080");
  });

  test("a service that only consumes messages has no port, no probe, no scraping and no variable for a server's port", () => {
    const deployment = deploymentOf(microservice({ ports: "none" }));
    const { ports, startupProbe, readinessProbe, livenessProbe } = containerOf(deployment);
    expect([ports, startupProbe, readinessProbe, livenessProbe]).toEqual([undefined, undefined, undefined, undefined]);
    expect(templateOf(deployment).metadata?.annotations).toEqual({});
    expect(Object.keys(environmentOf(deployment)).filter((name) => name.endsWith("SERVER_PORT"))).toEqual([]);
  });
});

describe("resources and volumes", () => {
  test("requests and limits of memory and ephemeral storage are always there, and no limit is below its request", () => {
    everyService((service, deployment) => {
      const { requests = {}, limits = {} } = containerOf(deployment).resources ?? {};
      const { requests: stated, limits: { cpu, memory = stated.memory } = {} } = service.resources;
      expect(requests).toMatchObject({ cpu: canonicalQuantity(stated.cpu), memory: canonicalQuantity(stated.memory) });
      expect(limits["cpu"]).toBe(cpu === undefined ? undefined : canonicalQuantity(cpu));
      expect(limits["memory"]).toBe(canonicalQuantity(memory));
      for (const [resource, limit] of Object.entries(limits)) {
        expect(quantity(String(limit))).toBeGreaterThanOrEqual(quantity(String(requests[resource])));
      }
      expect(Object.keys(limits)).toEqual(expect.arrayContaining(["memory", "ephemeral-storage"]));
    });
  });

  test("every volume in the pod is bounded, and the storage limit holds them all with room for logs", () => {
    everyService((_, deployment) => {
      const sizes = (podOf(deployment).volumes ?? []).flatMap(({ emptyDir }) =>
        emptyDir === undefined ? [] : [mebibytes(emptyDir.sizeLimit ?? "0")],
      );
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      const limit = containerOf(deployment).resources?.limits?.["ephemeral-storage"];
      // Sums of fractions are not exact; a byte is.
      const byte = 2 ** -20;
      const onDisk = (podOf(deployment).volumes ?? []).flatMap(({ emptyDir }) =>
        emptyDir === undefined || emptyDir.medium === "Memory" ? [] : [mebibytes(emptyDir.sizeLimit ?? "0")],
      );
      expect(mebibytes(String(limit)) + byte).toBeGreaterThan(onDisk.reduce((sum, size) => sum + size, 0) + 256);
    });
  });

  test("further directories are writable, bounded, and counted; their order in the description changes nothing", () => {
    const deployment = deploymentOf(microservice({ emptyDirs: { "/var/cache": "1Gi", "/app/work": "64Mi" } }));
    expect(deploymentOf(microservice({ emptyDirs: { "/app/work": "64Mi", "/var/cache": "1Gi" } }))).toEqual(deployment);
    const fractions = (emptyDirs: NonNullable<Microservice["emptyDirs"]>) =>
      containerOf(deploymentOf(microservice({ temporaryStorage: "2.7Gi", emptyDirs }))).resources;
    expect(fractions({ "/a": "1.6Gi", "/b": "0.7Gi" })).toEqual(fractions({ "/b": "0.7Gi", "/a": "1.6Gi" }));
    const { volumeMounts, resources } = containerOf(deployment);
    expect(volumeMounts).toContainEqual({ name: "dir-var-cache", mountPath: "/var/cache" });
    expect(volumeMounts).toContainEqual({ name: "dir-app-work", mountPath: "/app/work" });
    expect(podOf(deployment).volumes).toContainEqual({ name: "dir-var-cache", emptyDir: { sizeLimit: "1Gi" } });
    const storage = (stated: DeploymentManifest) =>
      quantity(containerOf(stated).resources?.requests?.["ephemeral-storage"] ?? "0");
    expect(storage(deployment) - storage(deploymentOf(microservice()))).toBe(1088 * 2 ** 20);
    expect(quantity(resources?.limits?.["ephemeral-storage"] ?? "0")).toBeGreaterThan(1088 * 2 ** 20);
  });

  test("an image whose user is a name is given the number that shows it is not root", () => {
    const pod = podOf(deploymentOf(microservice({ securityContext: { runAsUser: 1000, fsGroup: 2000 } })));
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 2000 });
  });

  test("every mount has its volume and every volume is mounted; `/tmp` is there, configuration is read-only", () => {
    everyService((_, deployment) => {
      const { volumeMounts = [] } = containerOf(deployment);
      // Several files may come from one Secret.
      const mounted = [...new Set(volumeMounts.map(({ name }) => name))].sort();
      // The account's token for Vault is for the agent alone, to which the injector mounts it.
      const volumes = (podOf(deployment).volumes ?? [])
        .map(({ name }) => name)
        .filter((name) => name !== "vault-token");
      expect(mounted).toEqual(volumes.sort());
      expect(volumeMounts).toContainEqual({ name: "tmp", mountPath: "/tmp" });
      expect(volumeMounts).toContainEqual({ name: "config", mountPath: "/config", readOnly: true });
    });
  });

  test("without configuration nothing is mounted at /config", () => {
    const deployment = deploymentManifest(resolved(), { site, release, configMapName: undefined });
    expect(containerOf(deployment).volumeMounts?.map(({ mountPath }) => mountPath)).not.toContain("/config");
    expect(podOf(deployment).volumes?.map(({ name }) => name)).not.toContain("config");
  });
});

describe("image and release", () => {
  test("the image is the site's registry, the service's repository, and tag with digest", () => {
    expect(containerOf(deploymentOf(microservice({ image: "team/app" }))).image).toBe(
      `registry.dc1.tax.example:5000/team/app:${release}`,
    );
    expect(podOf(deploymentOf(microservice())).imagePullSecrets).toEqual([{ name: "registry" }]);
  });

  test.each(["", "1.4.2", "latest", "1.4.2@", `@sha256:${"0".repeat(64)}`])(
    "a release of %j is refused: it names no digest or no tag",
    (tag) => {
      const build = () => deploymentManifest(resolved(), { site, release: tag, configMapName: undefined });
      expect(build).toThrow(RangeError);
      expect(build).toThrow("tag@sha256:");
    },
  );

  test("the version label is one that Kubernetes accepts, whatever tag a registry holds", () => {
    const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, { size: "max" });
    fc.assert(
      fc.property(tag, (text) => {
        const inputs = { site, release: `${text}@sha256:${"0".repeat(64)}`, configMapName: undefined };
        const version = deploymentManifest(resolved(), inputs).metadata.labels?.["app.kubernetes.io/version"] ?? "none";
        expect(version).toMatch(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/);
        expect(version.length).toBeLessThanOrEqual(63);
        if (/^[A-Za-z0-9](.{0,61}[A-Za-z0-9])?$/.test(text)) expect(version).toBe(text);
      }),
    );
  });
});

describe("placement on nodes", () => {
  test.each([
    ["prefer", "ScheduleAnyway"],
    ["require", "DoNotSchedule"],
  ] as const)("spread %s is %s, by host, among the pods of one revision", (spread, whenUnsatisfiable) => {
    expect(podOf(deploymentOf(microservice({ spread }))).topologySpreadConstraints).toMatchObject([
      { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable, matchLabelKeys: ["pod-template-hash"] },
    ]);
  });

  test("the priority class is the description's", () => {
    expect(podOf(deploymentOf(microservice())).priorityClassName).toBe("standard");
    expect(podOf(deploymentOf(microservice({ priority: "batch" }))).priorityClassName).toBe("batch");
  });

  test("command and arguments are the description's, or the image's own", () => {
    const { command, args } = containerOf(deploymentOf(microservice({ command: ["java"], args: ["-jar", "/a.jar"] })));
    expect([command, args]).toEqual([["java"], ["-jar", "/a.jar"]]);
    expect(Object.keys(containerOf(deploymentOf(microservice())))).not.toEqual(expect.arrayContaining(["command"]));
  });
});

test("the reason of a security exception stands at the Deployment, and its pods do not restart for it", () => {
  const reason = "Fonts are unpacked beside the jar";
  const { metadata, spec } = deploymentOf(microservice({ securityExceptions: { writableRootFilesystem: { reason } } }));
  expect(metadata.annotations).toMatchObject({ "gemelos.dev/security-exception.writableRootFilesystem": reason });
  expect(JSON.stringify(spec)).not.toContain(reason);
});
