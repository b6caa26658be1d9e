import { describe, expect, test } from "vitest";
import { limitRangeManifest, resourceQuotaManifest } from "../../../components/cluster/index.ts";
import {
  addResources,
  multiplyResources,
  noResources,
  podResources,
  quantity,
} from "../../../components/kubernetes/index.ts";
import type { MonitoringManifest } from "../../../components/monitoring/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { baselineViolations, restrictedViolations } from "../../support/podSecurity.ts";
import { manifestsOf, services, site, siteWith } from "./monitoredSite.ts";

type Workload = Extract<MonitoringManifest, { kind: "Deployment" | "StatefulSet" | "DaemonSet" }>;

const { objects, parts } = manifestsOf();
const manifests = objects.map(({ manifest }) => manifest);

function isWorkload(manifest: MonitoringManifest): manifest is Workload {
  return ["Deployment", "StatefulSet", "DaemonSet"].includes(manifest.kind);
}

const workloads = manifests.filter(isWorkload);

function templateOf({ spec, metadata }: Workload) {
  if (spec === undefined) throw new Error(`${metadata.name} has no pods`);
  return spec.template;
}

function workload(name: string): Workload {
  const found = workloads.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

describe("what is made", () => {
  test("a workload for each part, and each object once", () => {
    expect(workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      ...["DaemonSet ipmi-exporter", "DaemonSet node-exporter"],
      ...["Deployment blackbox-exporter", "Deployment grafana", "Deployment kube-state-metrics"],
      ...["Deployment metrics-server", "StatefulSet alertmanager", "StatefulSet prometheus"],
    ]);
    const names = objects.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const places = manifests.map(
      ({ kind, metadata }) => `${kind} ${String(at(metadata, "namespace"))} ${metadata.name}`,
    );
    expect(new Set(places).size).toBe(places.length);
  });

  test("nothing where others watch the site, or nobody does", () => {
    for (const monitoring of [{ kind: "none" }, { kind: "external", cidrs: ["10.1.50.7/32"] }] as const) {
      expect(manifestsOf({ ...site, monitoring })).toEqual({ objects: [], parts: [] });
    }
    const { monitoring: _, ...silent } = site;
    expect(manifestsOf(silent)).toEqual({ objects: [], parts: [] });
  });

  test("no metrics-server where the cluster brings one, and no IPMI exporter without a machine", () => {
    const nodes = site.nodes.map((node) => ({ ...node, kind: "vm" as const, host: `host-of-${node.name}` }));
    const names = manifestsOf({ ...siteWith({ metricsServer: false }), nodes }).objects.map(({ name }) => name);
    expect(names.filter((name) => /metrics-server|metrics-api|ipmi/.test(name))).toEqual([]);
    expect(names).toContain("node-exporter");
  });
});

describe("pods", () => {
  test("of the namespace monitoring keep Pod Security restricted", () => {
    const restricted = workloads.filter(({ kind }) => kind !== "DaemonSet");
    expect(restricted.flatMap((each) => restrictedViolations(templateOf(each)))).toEqual([]);
  });

  test("on the nodes break it in nothing but what they are for", () => {
    expect(baselineViolations(templateOf(workload("node-exporter")))).toEqual([
      ...["Host Namespaces", "HostPath Volumes", "Host Ports"],
    ]);
    expect(baselineViolations(templateOf(workload("ipmi-exporter")))).toEqual([
      ...["Host Namespaces", "Privileged Containers", "Host Ports"],
    ]);
    const agents = objects.find(({ name }) => name === "nodes-namespace");
    expect(at(agents?.manifest.metadata, "labels", "pod-security.kubernetes.io/enforce")).toBe("privileged");
  });

  test("of node-exporter see the whole machine, cannot change it, and are on every node", () => {
    const { spec, metadata: _ } = templateOf(workload("node-exporter"));
    const [container] = spec?.containers ?? [];
    expect(spec).toMatchObject({ hostNetwork: true, hostPID: true, tolerations: [{ operator: "Exists" }] });
    expect(container?.volumeMounts).toEqual([
      { name: "root", mountPath: "/host/root", readOnly: true, mountPropagation: "HostToContainer" },
    ]);
    expect(spec?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65_534 });
    expect(container?.args?.filter((argument) => /no-collector/.test(argument))).toEqual(["--no-collector.wifi"]);
    expect(at(workload("node-exporter").spec, "updateStrategy", "rollingUpdate", "maxUnavailable")).toBe("10%");
  });

  test("of the IPMI exporter are on machines alone", () => {
    const { spec } = templateOf(workload("ipmi-exporter"));
    const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    expect(terms?.[0]?.matchExpressions?.[0]?.values).toEqual(
      [1, 2, 3, 4].map((number) => `worker${number}.dc1.tax.example`),
    );
  });

  test("run images of the site's registry by their digests", () => {
    for (const each of workloads) {
      for (const { image } of templateOf(each).spec?.containers ?? []) {
        expect(image).toMatch(/^registry\.dc1\.tax\.example:5000\/[a-z-]+:v?[\d.]+@sha256:[0-9a-f]{64}$/);
      }
    }
  });

  test("have memory limits, probes, and a token only where they ask the API server", () => {
    for (const each of workloads) {
      const { spec } = templateOf(each);
      for (const container of spec?.containers ?? []) {
        expect(container.resources?.limits?.["memory"]).toBeDefined();
        expect(container.readinessProbe).toBeDefined();
        expect(container.livenessProbe).toBeDefined();
      }
    }
    const asking = workloads.filter((each) => templateOf(each).spec?.automountServiceAccountToken);
    expect(asking.map(({ metadata }) => metadata.name).sort()).toEqual([
      "kube-state-metrics",
      "metrics-server",
      "prometheus",
    ]);
  });

  test("hold up no deployment of services", () => {
    for (const { metadata } of workloads)
      expect(metadata.annotations).toMatchObject({ "pulumi.com/skipAwait": "true" });
  });

  test("mount what there is: every ConfigMap and Secret is made", () => {
    const made = manifests.flatMap((manifest) =>
      manifest.kind === "ConfigMap"
        ? [manifest.metadata.name]
        : manifest.kind === "ExternalSecret"
          ? [manifest.spec.target.name]
          : [],
    );
    const text = JSON.stringify(workloads.map(templateOf));
    const used = [...text.matchAll(/"(?:configMap|secret)":\{"(?:name|secretName)":"([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(used.length).toBeGreaterThan(8);
    for (const name of used) expect(made).toContain(name);
  });
});

describe("the namespace", () => {
  test("has a quota for all pods, with each once more beside the old one", () => {
    const resources = parts.map((part) => part.resources);
    const hard = resourceQuotaManifest("monitoring", resources).spec?.hard ?? {};
    const running = workloads.flatMap((each) => {
      const { spec } = templateOf(each);
      const replicas = Number(at(each.spec, "replicas") ?? 0);
      return each.kind === "DaemonSet" || spec === undefined ? [] : [multiplyResources(replicas, podResources(spec))];
    });
    const sum = running.reduce(addResources, noResources);
    expect(quantity(hard["requests.memory"] ?? "")).toBe(2 * sum.memoryRequests);
    expect(hard["pods"]).toBe("22");
    const storage = 2 * (2 * quantity("16Gi") + 3 * quantity("1Gi"));
    expect(quantity(hard["requests.storage"] ?? "")).toBe(storage);
    const max = limitRangeManifest("monitoring", resources).spec?.limits?.[0]?.max?.["memory"] ?? "";
    expect(quantity(max)).toBe(quantity("1536Mi"));
  });

  test("has budgets that let each node be drained", () => {
    const budgets = manifests.filter(({ kind }) => kind === "PodDisruptionBudget");
    expect(budgets.map(({ metadata }) => metadata.name).sort()).toEqual([
      ...["alertmanager", "blackbox-exporter", "metrics-server", "prometheus"],
    ]);
    for (const budget of budgets) expect(at(budget, "spec", "maxUnavailable")).toBe(1);
  });
});

describe("rights", () => {
  const roles = manifests.filter((manifest) => manifest.kind === "ClusterRole" || manifest.kind === "Role");
  const rules = roles.flatMap((role) => role.rules ?? []);

  test("have no wildcard, change nothing, and read no Secret or ConfigMap", () => {
    expect(rules.length).toBeGreaterThan(5);
    expect(JSON.stringify(rules)).not.toContain("*");
    expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(["get", "list", "watch"]));
    const resources = rules.flatMap(({ resources: each = [] }) => each);
    expect(resources.filter((name) => /secret|configmap|token|proxy/.test(name))).toEqual([]);
  });

  test("of Prometheus are pods of the services' namespaces, and metrics of the cluster's own parts", () => {
    const own = roles.filter(({ metadata }) => metadata.name === "gemelos-prometheus");
    expect(own.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}`)).toEqual([
      ...["ClusterRole ", "Role declarations", "Role documents"],
    ]);
    expect(own[0]?.rules).toEqual([
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { nonResourceURLs: ["/metrics"], verbs: ["get"] },
    ]);
  });

  test("are bound to accounts of the part itself", () => {
    const bindings = manifests.filter(({ kind }) => kind.endsWith("RoleBinding"));
    for (const binding of bindings) {
      expect(at(binding, "subjects")).toEqual([
        { kind: "ServiceAccount", name: expect.any(String), namespace: "monitoring" },
      ]);
    }
  });
});

describe("secrets", () => {
  const receivers = {
    email: { backingService: "mail-relay", from: "alerts@tax.example", username: "alerts" },
    webhook: { backingService: "on-call" },
  };

  test("come from Vault, each from the path of the part that reads it", () => {
    const { objects: made } = manifestsOf(siteWith({ receivers }));
    const keys = made.flatMap(({ manifest }) =>
      manifest.kind === "ExternalSecret" ? (manifest.spec.data ?? []).map(({ remoteRef }) => remoteRef.key) : [],
    );
    expect([...new Set(keys)].filter((key) => !key.startsWith("sites/")).sort()).toEqual([
      ...["monitoring/alertmanager/SMTP_PASSWORD", "monitoring/alertmanager/WEBHOOK_URL"],
      ...["monitoring/grafana/ADMIN_PASSWORD", "monitoring/prometheus/PASSWORD", "monitoring/prometheus/PEER_PASSWORD"],
    ]);
  });

  test("stand in no object: what needs one names a file", () => {
    const kinds = manifestsOf(siteWith({ receivers })).objects.map(({ manifest }) => manifest.kind);
    expect(kinds).not.toContain("Secret");
    const text = JSON.stringify(manifestsOf(siteWith({ receivers })).objects);
    const stated = [
      ...text.matchAll(/\\?"(\w*(?:password|secret|token|url_file|credentials)\w*)\\?":\s*\\?"([^"\\]*)/gi),
    ];
    expect(stated.length).toBeGreaterThan(5);
    for (const [, key = "", value = ""] of stated) {
      expect(`${key} ${value}`).toMatch(/_file |secretName |secretKey |secret_?store| \$__file\{\//i);
    }
  });

  test("of the other site are none where it is not watched", () => {
    const { peer: _, ...alone } = siteWith({}).monitoring as { peer?: unknown };
    const { objects: made } = manifestsOf({ ...site, monitoring: alone as NonNullable<typeof site.monitoring> });
    expect(JSON.stringify(made)).not.toContain("PEER_PASSWORD");
    expect(services).toHaveLength(2);
  });
});
