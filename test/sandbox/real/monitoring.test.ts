import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { describedSite } from "../../../sandbox/sites/siteConfiguration.ts";
import type { Kind } from "../../support/cluster.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import { makeVolumes } from "../../support/liveVolumes.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** Both sites with their own monitoring. Its pods are scheduled, admitted and ready; no container starts. */
let quick: ProjectCopy;
let sites: Readonly<Record<string, LiveSite>>;

beforeAll(async () => {
  quick = await quickProject();
  const options = { program: quick.path("index.ts"), monitoring: true };
  sites = { dc1: await LiveSite.open("dc1", options), dc2: await LiveSite.open("dc2", options) };
});

afterAll(async () => {
  await quick.dispose();
});

describe.each(["dc1", "dc2"])("%s", (name) => {
  const live = (): LiveSite => {
    const site = sites[name];
    if (site === undefined) throw new Error(`there is no ${name}`);
    return site;
  };

  test("comes up with its monitoring, each pod admitted, scheduled and ready, and a second preview has nothing to do", async () => {
    // As many and as large as two replicas of Prometheus, three of Alertmanager claim.
    await makeVolumes(live().cluster, ["1Gi", "1Gi", "1Gi", "200Gi", "200Gi"]);
    const started = performance.now();
    const report = await live().succeed("up");
    console.log(`${name}: up with monitoring in ${Math.round((performance.now() - started) / 1000)} s`);
    expect(report.warnings).toEqual([]);

    const { nodes } = describedSite(live().site.stack);
    const machines = nodes.filter(({ kind = "metal" }) => kind === "metal").length;
    await vi.waitFor(
      async () => {
        expect(await readiness("Deployment", "monitoring")).toEqual({
          "blackbox-exporter": "2/2",
          grafana: "1/1",
          "kube-state-metrics": "1/1",
          "metrics-server": "2/2",
        });
        expect(await readiness("StatefulSet", "monitoring")).toEqual({ alertmanager: "3/3", prometheus: "2/2" });
        expect(await readiness("DaemonSet", "monitoring-nodes")).toEqual({
          "ipmi-exporter": `${machines}/${machines}`,
          "node-exporter": `${nodes.length}/${nodes.length}`,
        });
      },
      { timeout: 120_000, interval: 500 },
    );

    const again = await live().succeed("preview");
    expect(again.changes).toEqual([]);
    expect(Object.keys(again.counts).toSorted()).toEqual(["read", "same"]);
  }, 900_000);

  test("each node has one node-exporter, and only the machines an IPMI exporter", async () => {
    const { nodes } = describedSite(live().site.stack);
    const pods = await live().cluster.list("Pod", "monitoring-nodes");
    const nodesOf = (part: string) =>
      pods
        .filter((pod) => at(pod, "metadata", "labels", "app.kubernetes.io/name") === part)
        .map((pod) => String(at(pod, "spec", "nodeName")))
        .toSorted();
    const names = (all: typeof nodes) => all.map((node) => node.name).toSorted();
    expect(nodesOf("node-exporter")).toEqual(names(nodes));
    expect(nodesOf("ipmi-exporter")).toEqual(names(nodes.filter(({ kind = "metal" }) => kind === "metal")));
  });

  test("the quota holds all pods of monitoring: none was refused, by it or by Pod Security", async () => {
    const quotas = await live().cluster.list("ResourceQuota", "monitoring");
    expect(quotas.length).toBeGreaterThan(0);
    for (const quota of quotas) {
      const { used, hard } = (quota["status"] ?? {}) as Readonly<Record<string, Readonly<Record<string, string>>>>;
      console.log(
        `${name}: ${Object.keys(hard ?? {})
          .map((key) => `${key} ${used?.[key]} of ${hard?.[key]}`)
          .join(", ")}`,
      );
    }
    // Events tell of what was refused.
    const refused = (await live().cluster.request("GET", "api/v1/namespaces/monitoring/events")).body;
    const items = at(refused, "items");
    const reasons = (Array.isArray(items) ? items : []).filter(isObject).map((event) => String(event["message"]));
    expect(reasons.filter((message) => /forbidden|exceeded quota|violates PodSecurity/.test(message))).toEqual([]);
  });

  test("a pod of another kind finds no way into the namespaces: restricted refuses what the nodes' own may do", async () => {
    const pod = (namespace: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "on-the-host", namespace },
      spec: { hostPID: true, containers: [{ name: "shell", image: "registry.example/shell:1" }] },
    });
    const answer = await live().cluster.request(
      "POST",
      "api/v1/namespaces/monitoring/pods?dryRun=All",
      pod("monitoring"),
    );
    expect([answer.status, at(answer.body, "message")]).toEqual([
      403,
      expect.stringContaining('violates PodSecurity "restricted'),
    ]);
  });

  describe("each account may read what it asks for, and no more", () => {
    test.each<[string, string, string, boolean]>([
      ["kube-state-metrics", "list", "pods", true],
      ["kube-state-metrics", "watch", "apps/deployments", true],
      ["kube-state-metrics", "list", "apps/statefulsets", true],
      ["kube-state-metrics", "list", "apps/daemonsets", true],
      ["kube-state-metrics", "list", "apps/replicasets", true],
      ["kube-state-metrics", "list", "autoscaling/horizontalpodautoscalers", true],
      ["kube-state-metrics", "list", "batch/jobs", true],
      ["kube-state-metrics", "list", "policy/poddisruptionbudgets", true],
      ["kube-state-metrics", "list", "nodes", true],
      ["kube-state-metrics", "list", "resourcequotas", true],
      ["kube-state-metrics", "list", "persistentvolumeclaims", true],
      ["kube-state-metrics", "list", "secrets", false],
      ["kube-state-metrics", "list", "configmaps", false],
      ["kube-state-metrics", "delete", "pods", false],
      ["metrics-server", "list", "nodes", true],
      ["metrics-server", "watch", "pods", true],
      ["metrics-server", "get", "nodes/metrics", true],
      ["metrics-server", "create", "authentication.k8s.io/tokenreviews", true],
      ["metrics-server", "create", "authorization.k8s.io/subjectaccessreviews", true],
      ["metrics-server", "list", "secrets", false],
      ["prometheus", "get", "nodes/metrics", true],
      ["prometheus", "get", "/metrics", true],
      ["prometheus", "list", "declarations:pods", true],
      ["prometheus", "watch", "payments:pods", true],
      ["prometheus", "list", "kube-system:pods", false],
      ["prometheus", "list", "monitoring:secrets", false],
      ["prometheus", "get", "nodes/proxy", false],
      ["grafana", "list", "monitoring:secrets", false],
      ["grafana", "list", "pods", false],
      ["alertmanager", "list", "monitoring:secrets", false],
      ["blackbox-exporter", "list", "pods", false],
      ["monitoring-nodes:node-exporter", "list", "pods", false],
      ["monitoring-nodes:ipmi-exporter", "get", "nodes/metrics", false],
    ])("%s %s %s: %s", async (account, verb, what, allowed) => {
      const [namespace, part] = account.includes(":") ? account.split(":") : ["monitoring", account];
      const { status, body } = await live().cluster.request(
        "POST",
        "apis/authorization.k8s.io/v1/subjectaccessreviews",
        {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          spec: {
            user: `system:serviceaccount:${namespace}:${part}`,
            groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
            ...asked(verb, what),
          },
        },
      );
      expect([status, at(body, "status", "allowed")]).toEqual([201, allowed]);
    });
  });

  test("the metrics API is registered with the service that answers it", async () => {
    const { status, body } = await live().cluster.request(
      "GET",
      "apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io",
    );
    expect([status, at(body, "spec", "service", "namespace"), at(body, "spec", "service", "name")]).toEqual([
      200,
      "monitoring",
      "metrics-server",
    ]);
  });

  async function readiness(kind: Kind, namespace: string): Promise<Record<string, string>> {
    const objects = await live().cluster.list(kind, namespace);
    return Object.fromEntries(
      objects.map((object) => {
        const counts =
          kind === "DaemonSet"
            ? [at(object, "status", "numberReady"), at(object, "status", "desiredNumberScheduled")]
            : [at(object, "status", "readyReplicas") ?? 0, at(object, "spec", "replicas")];
        return [String(at(object, "metadata", "name")), counts.join("/")];
      }),
    );
  }
});

/** `pods`, `apps/deployments`, `nodes/metrics`, `declarations:pods` or a path, as the API asks for it. */
function asked(verb: string, what: string) {
  if (what.startsWith("/")) return { nonResourceAttributes: { path: what, verb } };
  const [namespace, rest] = what.includes(":") ? what.split(":") : [undefined, what];
  const [first = "", second] = (rest ?? "").split("/");
  const attributes =
    second === undefined
      ? { resource: first }
      : first === "nodes"
        ? { resource: first, subresource: second }
        : { group: first, resource: second };
  return { resourceAttributes: { verb, ...attributes, ...(namespace === undefined ? {} : { namespace }) } };
}
