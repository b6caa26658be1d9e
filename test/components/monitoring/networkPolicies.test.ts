import { describe, expect, test } from "vitest";
import { allowDnsManifest, defaultDenyManifest } from "../../../components/cluster/index.ts";
import { networkPolicyManifests } from "../../../components/monitoring/networkPolicies.ts";
import { networkPolicyManifest } from "../../../components/workload/networkPolicy.ts";
import { type Pod, passes } from "../../support/networkRules.ts";
import { planOf, services, site } from "./monitoredSite.ts";

const policies = [
  ...networkPolicyManifests(planOf()).values(),
  ...services.map((service) => networkPolicyManifest(service, site, [])),
  ...["monitoring", "declarations", "documents"].flatMap((namespace) => [
    defaultDenyManifest(namespace),
    allowDnsManifest(namespace),
  ]),
];

const pod = (name: string, namespace = "monitoring"): Pod => ({
  namespace,
  labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name },
});
const controller: Pod = { namespace: "ingress", labels: { "app.kubernetes.io/name": "haproxy-ingress" } };
const address = (text: string) => ({ address: text });

const prometheus = pod("prometheus");
const worker = address("10.1.10.21");
const controlPlane = address("10.1.10.11");

type Peer = Pod | { readonly address: string };

/** Everything that must pass: from, to, ports. */
const open: readonly (readonly [string, Peer, Peer, ...number[]])[] = [
  ["a service's metrics", prometheus, pod("receipts", "declarations"), 17_137],
  ["another port of metrics", prometheus, pod("archive", "documents"), 9404],
  ["a machine's sensors and its kubelet", prometheus, worker, 9100, 9290, 10_250],
  ["the control plane", prometheus, controlPlane, 6443, 2381, 10_257, 10_259, 9100, 10_250],
  ["each Alertmanager", prometheus, pod("alertmanager"), 9093],
  ["the other Prometheus", prometheus, prometheus, 9090],
  ["kube-state-metrics", prometheus, pod("kube-state-metrics"), 8080],
  ["the metrics-server", prometheus, pod("metrics-server"), 10_250],
  ["probes", prometheus, pod("blackbox-exporter"), 9115],
  ["Vault", prometheus, address("10.1.20.15"), 8200],
  ["the other site", prometheus, address("10.2.50.10"), 443],
  [
    "External Secrets",
    prometheus,
    { namespace: "external-secrets", labels: { "app.kubernetes.io/name": "external-secrets" } },
    8080,
  ],
  ["Alertmanagers among themselves", pod("alertmanager"), pod("alertmanager"), 9094],
  ["mail", pod("alertmanager"), address("10.1.40.25"), 587],
  ["the webhook", pod("alertmanager"), address("10.1.40.30"), 443],
  ["Grafana's questions", pod("grafana"), prometheus, 9090],
  ["Grafana's questions to the other site", pod("grafana"), address("10.2.50.10"), 443],
  ["whoever looks at Grafana", controller, pod("grafana"), 3000],
  ["the other site, through the entrance", controller, prometheus, 9090],
  ["an API server that asks for metrics", controlPlane, pod("metrics-server"), 10_250],
  ["the metrics-server's questions", pod("metrics-server"), worker, 10_250],
  ["what kube-state-metrics watches", pod("kube-state-metrics"), controlPlane, 6443],
  ["the hosts, at the load balancer", pod("blackbox-exporter"), address("10.1.50.10"), 443],
  ["the hosts, at the controller", pod("blackbox-exporter"), controller, 443, 8443],
];

test.each(open.map(([what, from, to, ...ports]) => ({ what, from, to, ports })))(
  "$what: open",
  ({ from, to, ports }) => {
    for (const port of ports) expect(passes(policies, { from, to, port })).toBe(true);
  },
);

describe("everything else is closed", () => {
  const parts = ["alertmanager", "blackbox-exporter", "grafana", "kube-state-metrics", "metrics-server", "prometheus"];
  const peers = [
    ...parts.map((name) => pod(name)),
    pod("stranger"),
    pod("receipts", "declarations"),
    pod("stranger", "declarations"),
    pod("prometheus", "declarations"),
    ...["10.1.10.21", "10.1.10.11", "10.1.30.10", "203.0.113.9"].map(address),
  ];
  const ports = [80, 443, 2381, 3000, 6443, 7137, 8080, 9090, 9093, 9094, 9100, 9115, 9290, 10_250, 17_137];

  test("among parts, services, machines and strangers", () => {
    const allowed = new Set(
      open.flatMap(([, from, to, ...these]) => these.map((port) => JSON.stringify([from, to, port]))),
    );
    const passed = peers.flatMap((from) =>
      peers.flatMap((to) =>
        ports.flatMap((port) => {
          if ("address" in from && "address" in to) return [];
          return passes(policies, { from, to, port }) ? [JSON.stringify([from, to, port])] : [];
        }),
      ),
    );
    // The control plane's nodes are nodes as well; Prometheus also scrapes Grafana itself.
    const alike = [
      [prometheus, pod("grafana"), 3000],
      [pod("metrics-server"), controlPlane, 10_250],
      [pod("metrics-server"), controlPlane, 6443],
    ].map((each) => JSON.stringify(each));
    expect(passed.filter((each) => !allowed.has(each) && !alike.includes(each))).toEqual([]);
  });
});
