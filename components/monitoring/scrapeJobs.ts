import { clusterDomain } from "../description/index.ts";
import type { MonitoringContext } from "./context.ts";
import { monitoringNamespace, partPorts, secretKeys } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { scrapeSeconds } from "./sizing.ts";

/** A job of Prometheus (`scrape_configs`), in the fields that are used here. Names are Prometheus'. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly scheme?: "http" | "https";
  readonly metrics_path?: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly honor_labels?: boolean;
  readonly honor_timestamps?: boolean;
  readonly sample_limit?: number;
  readonly scrape_interval?: string;
  readonly scrape_timeout?: string;
  readonly basic_auth?: { readonly username: string; readonly password_file: string };
  readonly authorization?: { readonly credentials_file: string };
  readonly tls_config?: { readonly ca_file?: string; readonly insecure_skip_verify?: boolean };
  readonly static_configs?: readonly StaticConfig[];
  readonly kubernetes_sd_configs?: readonly {
    readonly role: "pod";
    readonly namespaces: { readonly names: readonly string[] };
  }[];
  readonly relabel_configs?: readonly RelabelConfig[];
  readonly metric_relabel_configs?: readonly RelabelConfig[];
}

interface StaticConfig {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A step of relabelling. Names are Prometheus'. */
export interface RelabelConfig {
  readonly source_labels?: readonly string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: "replace" | "keep" | "drop" | "keepequal" | "labeldrop" | "labelmap";
}

/** User of the sites' Prometheus: the other site's, and Grafana, ask with it. */
export const prometheusUser = "gemelos";

/** Where a secret of Prometheus is in its pods. */
export function secretPath(key: string): string {
  return `/etc/prometheus/secrets/${key}`;
}

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const ownAuth = { basic_auth: { username: prometheusUser, password_file: secretPath(secretKeys.prometheusPassword) } };
const accountAuth = { authorization: { credentials_file: `${account}/token` } };

/** The jobs of a site's Prometheus. Machines are scraped at the addresses of the inventory, so that none can be forgotten. */
export function scrapeConfigs(plan: MonitoringPlan): ScrapeConfig[] {
  return [...nodeJobs(plan), ...controlPlaneJobs(plan), ...serviceJobs(plan), ...partJobs(plan), ...outsideJobs(plan)];
}

function nodeJobs({ context, monitoring }: MonitoringPlan): ScrapeConfig[] {
  const { nodes } = context;
  const kubelet = {
    scheme: "https" as const,
    ...accountAuth,
    tls_config: kubeletTls(monitoring.kubeletCertificates === "self-signed"),
    static_configs: atNodes(nodes, 10250),
  };
  const metal = nodes.filter(({ kind }) => kind === "metal");
  return [
    { job_name: "node-exporter", static_configs: atNodes(nodes, partPorts.nodeExporter) },
    ...(metal.length === 0
      ? []
      : [
          {
            job_name: "ipmi",
            // A management controller answers slowly, and its sensors change slowly.
            ...{ scrape_interval: "2m", scrape_timeout: "60s" },
            static_configs: atNodes(metal, partPorts.ipmiExporter),
          },
        ]),
    {
      job_name: "kubelet",
      ...kubelet,
      metric_relabel_configs: [dropNames("(kubelet_runtime|storage_operation|csi)_.*_bucket")],
    },
    {
      job_name: "cadvisor",
      ...kubelet,
      metrics_path: "/metrics/cadvisor",
      metric_relabel_configs: [
        keepNames(
          "container_(cpu_(usage_seconds|cfs_periods|cfs_throttled_periods)_total|memory_(working_set_bytes|rss)|network_(receive|transmit)_(bytes|packets_dropped|errors)_total|fs_(reads|writes)_bytes_total|oom_events_total|start_time_seconds)|machine_.*",
        ),
        // The cgroup above all pods, and each pod's above its containers: sums of what is there already. A pod's network stays.
        {
          source_labels: ["__name__", "container"],
          separator: ";",
          regex: "container_(cpu|memory|fs|oom|start).*;",
          action: "drop",
        },
        { regex: "id|name", action: "labeldrop" },
      ],
    },
  ];
}

function controlPlaneJobs({ context, apiServerPort }: MonitoringPlan): ScrapeConfig[] {
  const nodes = context.nodes.filter(({ role }) => role === "control-plane");
  const jobs: Record<MonitoringContext["controlPlane"][number], ScrapeConfig> = {
    etcd: { job_name: "etcd", static_configs: atNodes(nodes, 2381) },
    // Their certificates are their own, which nobody can verify. The token opens nothing but metrics.
    "kube-scheduler": { job_name: "kube-scheduler", ...unverified, static_configs: atNodes(nodes, 10259) },
    "kube-controller-manager": {
      job_name: "kube-controller-manager",
      ...{ ...unverified, static_configs: atNodes(nodes, 10257) },
    },
  };
  return [
    {
      job_name: "apiserver",
      ...{ scheme: "https", ...accountAuth, tls_config: { ca_file: `${account}/ca.crt` } },
      static_configs: atNodes(nodes, apiServerPort),
      metric_relabel_configs: [
        // Half of all series of a small site, and nobody asks for them: requests are timed by apiserver_request_sli_duration.
        dropNames(
          "(apiserver_request_(duration|body_size|timestamp_comparison)|apiserver_(response|watch|admission|storage|flowcontrol|watch_cache)_.*|etcd_request_duration|etcd_bookmark.*|workqueue_.*|rest_client_.*)_bucket|.*_(created)",
        ),
      ],
    },
    ...context.controlPlane.map((part) => jobs[part]),
  ];
}

const unverified = { scheme: "https", ...accountAuth, tls_config: { insecure_skip_verify: true } } as const;

/** Services' pods, by the annotations that each has: of other pods in their namespaces none is scraped. */
function serviceJobs({ context }: MonitoringPlan): ScrapeConfig[] {
  const scraped = context.services.filter(({ metrics }) => metrics !== undefined);
  const names = [...new Set(scraped.map(({ namespace }) => namespace))].sort();
  if (names.length === 0) return [];
  const pod = "__meta_kubernetes_pod_";
  const annotation = `${pod}annotation_prometheus_io_`;
  const copy = (source: string, target: string, regex = "(.+)"): RelabelConfig => ({
    ...{ source_labels: [source], regex, target_label: target },
  });
  return [
    {
      job_name: "services",
      kubernetes_sd_configs: [{ role: "pod", namespaces: { names } }],
      // Certificates name a Service, and here its pods are asked by their addresses. What is read is no secret.
      tls_config: { insecure_skip_verify: true },
      // What one replica may have: a label that takes any value would otherwise fill the memory of all.
      sample_limit: 10_000,
      relabel_configs: [
        { source_labels: [`${annotation}scrape`], regex: "true", action: "keep" },
        { source_labels: [`${pod}label_app_kubernetes_io_managed_by`], regex: "pulumi", action: "keep" },
        { source_labels: [`${pod}phase`], regex: "Succeeded|Failed", action: "drop" },
        // One target a pod: that of the port which the annotation names.
        { source_labels: [`${annotation}port`], target_label: `${pod}container_port_number`, action: "keepequal" },
        copy(`${annotation}scheme`, "__scheme__", "(https?)"),
        copy(`${annotation}path`, "__metrics_path__"),
        copy("__meta_kubernetes_namespace", "namespace"),
        copy(`${pod}label_app_kubernetes_io_name`, "service"),
        copy(`${pod}name`, "pod"),
        copy(`${pod}name`, "instance"),
        copy(`${pod}node_name`, "node"),
      ],
    },
  ];
}

/** The parts of monitoring themselves, each replica by its own name. */
function partJobs(plan: MonitoringPlan): ScrapeConfig[] {
  const { parts, replicas } = plan;
  const domain = clusterDomain(plan);
  const at = (name: string, port: number) => `${name}.${monitoringNamespace}.svc.${domain}:${port}`;
  const eachOf = (name: "prometheus" | "alertmanager") =>
    Array.from({ length: replicas[name] }, (_, index) => ({
      targets: [`${name}-${index}.${at(`${name}-replicas`, partPorts[name])}`],
      labels: { instance: `${name}-${index}` },
    }));
  const single = (name: string, port: number): StaticConfig[] => [
    { targets: [at(name, port)], labels: { instance: name } },
  ];
  return [
    { job_name: "prometheus", ...ownAuth, static_configs: eachOf("prometheus") },
    { job_name: "alertmanager", static_configs: eachOf("alertmanager") },
    { job_name: "grafana", static_configs: single("grafana", partPorts.grafana) },
    { job_name: "blackbox-exporter", static_configs: single("blackbox-exporter", partPorts.blackboxExporter) },
    {
      job_name: "kube-state-metrics",
      // Its own labels say what an object is; those of its pod would only stand in their way.
      honor_labels: true,
      static_configs: single("kube-state-metrics", partPorts.kubeStateMetrics),
      // It labels with `exported_*` nothing; what its pod is says nothing of the objects.
      metric_relabel_configs: [
        dropNames("kube_(secret|lease|.*_annotations|.*_created)(_.*)?"),
        { regex: "uid|container_id|image_id", action: "labeldrop" },
      ],
    },
    ...(parts.includes("metrics-server")
      ? [
          {
            job_name: "metrics-server",
            ...unverified,
            static_configs: single("metrics-server", partPorts.metricsServer),
          },
        ]
      : []),
  ];
}

/** What is outside the namespace: Vault, the operator that copies secrets, hosts as citizens see them, the other site. */
function outsideJobs(plan: MonitoringPlan): ScrapeConfig[] {
  const { context, monitoring, vault } = plan;
  const domain = clusterDomain(plan);
  const { host, port } = new URL(vault.address);
  const { externalSecrets, peer } = monitoring;
  return [
    {
      job_name: "vault",
      ...{ scheme: "https", metrics_path: "/v1/sys/metrics", params: { format: ["prometheus"] } },
      tls_config: { ca_file: "/etc/prometheus/config/vault-ca.crt" },
      static_configs: [{ targets: [port === "" ? `${host}:443` : host] }],
    },
    ...(externalSecrets === undefined
      ? []
      : [
          {
            job_name: "external-secrets",
            static_configs: [{ targets: [`external-secrets-metrics.${externalSecrets.namespace}.svc.${domain}:8080`] }],
          },
        ]),
    ...(context.hosts.length === 0
      ? []
      : [
          probeJob(
            "hosts",
            "host",
            context.hosts.map((each) => [`https://${each}`, each]),
            domain,
          ),
        ]),
    ...(peer === undefined
      ? []
      : [probeJob("peer-entrance", "peer", [[`${peer.url}/-/healthy`, context.peer]], domain), peerJob(peer.url)]),
  ];
}

/** Probes by the blackbox exporter: each URL, and the name of what is behind it as a label. */
function probeJob(
  job: string,
  label: string,
  urls: readonly (readonly [url: string, name: string])[],
  domain: string,
): ScrapeConfig {
  return {
    job_name: job,
    metrics_path: "/probe",
    params: { module: [job] },
    static_configs: urls.map(([url, name]) => ({ targets: [url], labels: { [label]: name } })),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__address__"], target_label: "instance" },
      {
        target_label: "__address__",
        replacement: `blackbox-exporter.${monitoringNamespace}.svc.${domain}:${partPorts.blackboxExporter}`,
      },
    ],
  };
}

const ownSeries = 'datacenter=""';

/** What the other site's Prometheus says of its alerts and releases: enough to compare, and to miss it when it is silent. */
function peerJob(url: string): ScrapeConfig {
  const { host, port } = new URL(url);
  return {
    job_name: "peer",
    ...{ scheme: "https", metrics_path: "/federate", honor_labels: true },
    // With the other site's own times, what it said last would stay for five minutes after its end, and clocks that differ would
    // have it refused.
    honor_timestamps: false,
    // Only what it says of itself, which has no such label there: what it has heard from here would come back, and never end.
    params: { "match[]": [`ALERTS{alertstate="firing",${ownSeries}}`, `gemelos:service:release{${ownSeries}}`] },
    basic_auth: { username: prometheusUser, password_file: secretPath(secretKeys.peerPassword) },
    static_configs: [{ targets: [port === "" ? `${host}:443` : host] }],
    // Which of its replicas answers is chance.
    metric_relabel_configs: [{ regex: "replica", action: "labeldrop" }],
  };
}

/** One target a node, labelled with the node's name. */
function atNodes(nodes: MonitoringContext["nodes"], port: number): StaticConfig[] {
  return nodes.map(({ name, address }) => ({
    targets: [address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`],
    labels: { node: name, instance: name },
  }));
}

function kubeletTls(selfSigned: boolean): NonNullable<ScrapeConfig["tls_config"]> {
  return selfSigned ? { insecure_skip_verify: true } : { ca_file: `${account}/ca.crt` };
}

function keepNames(regex: string): RelabelConfig {
  return { source_labels: ["__name__"], regex, action: "keep" };
}

function dropNames(regex: string): RelabelConfig {
  return { source_labels: ["__name__"], regex, action: "drop" };
}

/** Seconds between scrapes and evaluations, as Prometheus writes it. */
export const scrapeInterval = `${scrapeSeconds}s`;
