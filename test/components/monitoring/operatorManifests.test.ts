import { expect, test } from "vitest";
import { monitoringContext } from "../../../components/monitoring/context.ts";
import { monitoringManifests } from "../../../components/monitoring/monitoringManifests.ts";
import { ruleGroups } from "../../../components/monitoring/rules/index.ts";
import { services, site } from "./monitoredSite.ts";

const operated = {
  ...site,
  monitoring: {
    kind: "operator",
    ...{ namespace: "observability", podLabels: { app: "prometheus" }, runbooks: "https://git.tax.example/runbooks" },
    ...{ selectorLabels: { release: "stack" }, prober: "blackbox.observability.svc:9115" },
  },
} as const;
const dashboards = () => [{ file: "node.json", title: "Node", json: "{}" }];
const { objects, parts } = monitoringManifests(operated, services, { ruleGroups, dashboards });
const of = (kind: string) => objects.flatMap(({ manifest }) => (manifest.kind === kind ? [manifest] : []));

test("the operator gets the same rules, in the namespace of its Prometheus and with the labels by which it finds them", () => {
  const groups = of("PrometheusRule").map(
    (manifest) => Reflect.get(Object(Reflect.get(manifest, "spec")), "groups")[0],
  );
  expect(groups).toEqual(ruleGroups(monitoringContext(operated, services)));
  for (const { metadata } of objects.map(({ manifest }) => manifest)) {
    expect(metadata).toMatchObject({ namespace: "observability" });
  }
  expect(of("PrometheusRule")[0]?.metadata.labels).toMatchObject({ release: "stack" });
});

test("the services' pods are scraped and the hosts probed as by a Prometheus of the site's own", () => {
  expect(of("PodMonitor")[0]).toMatchObject({
    spec: { namespaceSelector: { matchNames: ["declarations", "documents"] }, sampleLimit: 10_000 },
  });
  expect(of("Probe")[0]).toMatchObject({
    spec: {
      ...{ jobName: "hosts", prober: { url: "blackbox.observability.svc:9115" } },
      targets: { staticConfig: { static: ["https://api.tax.example"] } },
    },
  });
});

test("dashboards carry the label that Grafana's sidecar looks for, and nothing else is made", () => {
  expect(of("ConfigMap")[0]).toMatchObject({
    metadata: { name: "gemelos-dashboard-node", labels: { grafana_dashboard: "1" } },
    data: { "node.json": "{}" },
  });
  expect(parts).toEqual([]);
  expect(new Set(objects.map(({ manifest }) => manifest.kind))).toEqual(
    new Set(["PrometheusRule", "PodMonitor", "Probe", "ConfigMap"]),
  );
});
