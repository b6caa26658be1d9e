import { expect, test } from "vitest";
import { expectedTargetGroup } from "../../../components/monitoring/expectedTargets.ts";
import { prometheusConfiguration } from "../../../components/monitoring/prometheusConfiguration.ts";
import { scrapeConfigs } from "../../../components/monitoring/scrapeJobs.ts";
import { planOf, siteWith } from "./monitoredSite.ts";

const configuration = prometheusConfiguration(planOf());
const job = (name: string) => configuration.scrape_configs.find(({ job_name }) => job_name === name);
const targets = (name: string) => (job(name)?.static_configs ?? []).flatMap((config) => config.targets);

test("every node of the inventory is a target of its jobs, under its own name", () => {
  expect(targets("node-exporter")).toHaveLength(7);
  expect(targets("kubelet")).toEqual(targets("cadvisor"));
  expect(targets("ipmi")).toEqual([1, 2, 3, 4].map((number) => `10.1.10.2${number}:9290`));
  expect(targets("etcd")).toEqual([1, 2, 3].map((number) => `10.1.10.1${number}:2381`));
  expect(job("node-exporter")?.static_configs?.[3]?.labels).toEqual({
    node: "worker1.dc1.tax.example",
    instance: "worker1.dc1.tax.example",
  });
});

test("all jobs, each once", () => {
  expect(configuration.scrape_configs.map(({ job_name }) => job_name)).toEqual([
    ...["node-exporter", "ipmi", "kubelet", "cadvisor"],
    ...["apiserver", "etcd", "kube-scheduler", "kube-controller-manager", "services"],
    ...["prometheus", "alertmanager", "grafana", "blackbox-exporter", "kube-state-metrics", "metrics-server"],
    ...["vault", "external-secrets", "hosts", "peer-entrance", "peer"],
  ]);
});

test("parts of the control plane that do not let themselves be scraped are not, nor is what the site has not", () => {
  const { monitoring: _, ...plan } = planOf();
  const { peer, externalSecrets, ...monitoring } = planOf().monitoring;
  expect([peer, externalSecrets]).not.toContain(undefined);
  const site = siteWith({ controlPlane: ["etcd"], metricsServer: false });
  const jobs = scrapeConfigs(planOf(site)).map(({ job_name }) => job_name);
  expect(jobs).toContain("etcd");
  for (const name of ["kube-scheduler", "kube-controller-manager", "metrics-server"]) expect(jobs).not.toContain(name);
  const alone = scrapeConfigs({ ...plan, monitoring }).map(({ job_name }) => job_name);
  for (const name of ["peer", "peer-entrance", "external-secrets"]) expect(alone).not.toContain(name);
});

test("each replica sends each alert to every Alertmanager, without what tells replicas apart", () => {
  expect(configuration.alerting.alertmanagers[0]?.static_configs[0]?.targets).toEqual(
    [0, 1, 2].map((index) => `alertmanager-${index}.alertmanager-replicas.monitoring.svc.cluster.local:9093`),
  );
  expect(configuration.alerting.alert_relabel_configs).toEqual([{ regex: "replica", action: "labeldrop" }]);
  expect(configuration.global.external_labels).toEqual({ datacenter: "dc1", replica: ["$", "{POD_NAME}"].join("") });
});

test("every job has a rule for how many targets it should have", () => {
  const rules = expectedTargetGroup(planOf()).rules;
  expect(rules).toHaveLength(configuration.scrape_configs.length);
  const expected = (name: string) => rules.find((rule) => JSON.stringify(rule).includes(`"job":"${name}"`));
  expect(expected("node-exporter")).toMatchObject({ expr: "count(gemelos:node:info)" });
  expect(expected("ipmi")).toMatchObject({ expr: 'count(gemelos:node:info{kind="metal"})' });
  expect(expected("apiserver")).toMatchObject({ expr: 'count(gemelos:node:info{role="control-plane"})' });
  // The fewest pods of both services: 2 and 3.
  expect(expected("services")).toMatchObject({ expr: "vector(5)" });
  expect(expected("alertmanager")).toMatchObject({ expr: "vector(3)" });
});

test("kubelets' certificates are verified unless the site says that nobody can", () => {
  expect(job("kubelet")?.tls_config).toEqual({ ca_file: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt" });
  const loose = scrapeConfigs(planOf(siteWith({ kubeletCertificates: "self-signed" })));
  expect(loose.find(({ job_name }) => job_name === "kubelet")?.tls_config).toEqual({ insecure_skip_verify: true });
});

test("the other site is asked for its own alerts and releases, and not which of its replicas answers", () => {
  expect(job("peer")).toMatchObject({
    ...{ honor_labels: true, honor_timestamps: false },
    params: { "match[]": ['ALERTS{alertstate="firing",datacenter=""}', 'gemelos:service:release{datacenter=""}'] },
    metric_relabel_configs: [{ regex: "replica", action: "labeldrop" }],
    static_configs: [{ targets: ["prometheus.dc2.tax.example:443"] }],
  });
});
