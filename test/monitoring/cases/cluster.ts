import type { clusterAlerts } from "../../../components/monitoring/rules/cluster.ts";
import type { Cases } from "./alertCase.ts";

const etcd = 'instance="control1"';
const host = 'job="hosts",host="api.tax.example",instance="https://api.tax.example"';

/** What two workers of 10 cores have, and their pods request. */
function cores(requested: number) {
  return {
    'kube_node_status_allocatable{node="worker1",resource="cpu"}': "10x60",
    'kube_node_status_allocatable{node="worker2",resource="cpu"}': "10x60",
    'kube_node_status_allocatable{node="control1",resource="cpu"}': "100x60",
    'kube_pod_container_resource_requests{namespace="a",pod="a",container="a",node="worker1",resource="cpu"}': `${requested}x60`,
    'kube_pod_container_resource_requests{namespace="a",pod="b",container="a",node="worker2",resource="cpu"}': "6x60",
  };
}

/** Buckets of a histogram, all of whose observations are in one of them. */
function histogram(name: string, labels: string, buckets: readonly string[], filled: string) {
  const first = buckets.indexOf(filled);
  return Object.fromEntries(
    buckets.map((le, index) => [`${name}{${labels}le="${le}"}`, index < first ? "0x60" : "0+60x60"]),
  );
}

export const clusterCases: Cases<typeof clusterAlerts> = {
  ApiServerFailing: {
    fires: {
      'apiserver_request_total{verb="GET",code="500"}': "0+6x60",
      'apiserver_request_total{verb="GET",code="200"}': "0+54x60",
    },
    at: "11m",
    labels: {},
    summary: "10% of the requests to the API server fail",
    // It refuses, and does not fail.
    silent: {
      'apiserver_request_total{verb="GET",code="409"}': "0+6x60",
      'apiserver_request_total{verb="GET",code="200"}': "0+54x60",
    },
  },
  ApiServerSlow: {
    fires: histogram("apiserver_request_sli_duration_seconds_bucket", 'verb="LIST",', ["1.0", "2.0", "+Inf"], "2.0"),
    at: "16m",
    labels: { verb: "LIST" },
    summary: "1 % of the LIST requests to the API server take longer than 1.99s",
    silent: histogram("apiserver_request_sli_duration_seconds_bucket", 'verb="WATCH",', ["1.0", "2.0", "+Inf"], "2.0"),
  },
  ApiServerClientCertificateExpiring: {
    fires: histogram(
      "apiserver_client_certificate_expiration_seconds_bucket",
      'job="apiserver",',
      ["0.0", "86400.0", "2592000.0", "+Inf"],
      "86400.0",
    ),
    at: "16m",
    labels: { job: "apiserver" },
    summary: "A client of the apiserver has a certificate that expires in 14m 24s",
    silent: histogram(
      "apiserver_client_certificate_expiration_seconds_bucket",
      'job="apiserver",',
      ["0.0", "86400.0", "2592000.0", "+Inf"],
      "+Inf",
    ),
  },
  KubeletCertificateExpiring: {
    fires: { 'kubelet_certificate_manager_client_ttl_seconds{node="worker1"}': "86400x60" },
    at: "15m",
    labels: { node: "worker1" },
    summary: "The certificate of the kubelet of worker1 expires in 1d 0h 0m 0s",
    // A kubelet that does not renew its certificate itself says that it never expires.
    silent: {
      'kubelet_certificate_manager_client_ttl_seconds{node="worker1"}': Array.from({ length: 20 }, () => "+Inf").join(
        " ",
      ),
    },
  },
  EtcdWithoutLeader: {
    fires: { [`etcd_server_has_leader{${etcd}}`]: "1x4 0x20" },
    at: "6m",
    labels: { instance: "control1" },
    summary: "The etcd member control1 has no leader",
    silent: { [`etcd_server_has_leader{${etcd}}`]: "1x20" },
  },
  EtcdLeaderChanging: {
    fires: { [`etcd_server_leader_changes_seen_total{${etcd}}`]: "0+1x60" },
    at: "9m",
    labels: { instance: "control1" },
    summary: "The etcd member control1 has seen 9 changes of leader in 15 minutes",
    silent: { [`etcd_server_leader_changes_seen_total{${etcd}}`]: "0x5 1x60" },
  },
  EtcdDiskSlow: {
    fires: histogram("etcd_disk_wal_fsync_duration_seconds_bucket", `${etcd},`, ["0.512", "1.024", "+Inf"], "1.024"),
    at: "11m",
    labels: { instance: "control1" },
    summary: "1 % of the writes of the etcd member control1 take longer than 1.019s",
    silent: histogram("etcd_disk_wal_fsync_duration_seconds_bucket", `${etcd},`, ["0.016", "1.024", "+Inf"], "0.016"),
  },
  EtcdDatabaseAlmostFull: {
    fires: {
      [`etcd_mvcc_db_total_size_in_bytes{${etcd}}`]: "90x60",
      [`etcd_server_quota_backend_bytes{${etcd}}`]: "100x60",
    },
    at: "10m",
    labels: { instance: "control1" },
    summary: "The database of the etcd member control1 is 90% full",
    silent: {
      [`etcd_mvcc_db_total_size_in_bytes{${etcd}}`]: "50x60",
      [`etcd_server_quota_backend_bytes{${etcd}}`]: "100x60",
    },
  },
  SchedulerFailing: {
    fires: { 'scheduler_schedule_attempts_total{result="error",profile="default-scheduler"}': "0+60x60" },
    at: "16m",
    labels: {},
    summary: "The scheduler fails 1 times a second",
    // Nodes are full.
    silent: { 'scheduler_schedule_attempts_total{result="unschedulable",profile="default-scheduler"}': "0+60x60" },
  },
  ControllersBehind: {
    fires: { 'workqueue_depth{job="kube-controller-manager",name="deployment",instance="control1"}': "500x60" },
    at: "15m",
    labels: { name: "deployment" },
    summary: "500 objects wait for the controller deployment",
    silent: { 'workqueue_depth{job="kube-controller-manager",name="deployment",instance="control1"}': "5x60" },
  },
  NodeNotReady: {
    fires: {
      'kube_node_status_condition{node="worker1",condition="Ready",status="true"}': "0x60",
      'kube_node_status_condition{node="worker1",condition="Ready",status="false"}': "0x60",
      'kube_node_status_condition{node="worker1",condition="Ready",status="unknown"}': "1x60",
    },
    at: "5m",
    labels: { node: "worker1" },
    summary: "The node worker1 is not ready",
    silent: {
      'kube_node_status_condition{node="worker1",condition="Ready",status="true"}': "1x60",
      'kube_node_status_condition{node="worker1",condition="Ready",status="unknown"}': "0x60",
    },
  },
  NodeUnderPressure: {
    fires: { 'kube_node_status_condition{node="worker1",condition="DiskPressure",status="true"}': "1x60" },
    at: "10m",
    labels: { node: "worker1", condition: "DiskPressure" },
    summary: "The kubelet of worker1 reports DiskPressure",
    silent: { 'kube_node_status_condition{node="worker1",condition="DiskPressure",status="true"}': "0x60" },
  },
  // Together the workers have room for more; without one of them they have not. The control plane's cores are nobody's.
  CapacityWithoutLargestNode: {
    fires: cores(6),
    at: "30m",
    labels: { role: "worker", resource: "cpu" },
    summary: "Without its largest node, 120% of the cpu of all worker nodes would be requested",
    silent: cores(3),
  },
  VaultSealed: {
    fires: { 'vault_core_unsealed{instance="vault.dc1.tax.example:8200"}': "0x20" },
    at: "1m",
    labels: { instance: "vault.dc1.tax.example:8200" },
    summary: "The Vault vault.dc1.tax.example:8200 is sealed",
    silent: { 'vault_core_unsealed{instance="vault.dc1.tax.example:8200"}': "1x20" },
  },
  VaultUnreachable: {
    fires: { 'up{job="vault",instance="vault.dc1.tax.example:8200"}': "0x20" },
    at: "5m",
    labels: { job: "vault", instance: "vault.dc1.tax.example:8200" },
    summary: "The Vault vault.dc1.tax.example:8200 does not answer",
    silent: { 'up{job="node-exporter",instance="worker1"}': "0x20" },
  },
  ExternalSecretNotSynced: {
    fires: {
      'externalsecret_status_condition{namespace="declarations",name="receipts",condition="Ready",status="False"}':
        "1x60",
    },
    at: "15m",
    labels: { namespace: "declarations", name: "receipts" },
    summary: "The Secret of the ExternalSecret declarations/receipts is not brought up to date",
    silent: {
      'externalsecret_status_condition{namespace="declarations",name="receipts",condition="Ready",status="False"}':
        "0x60",
    },
  },
  HostCertificateExpiring: {
    fires: { [`probe_ssl_earliest_cert_expiry{${host}}`]: "864000x100" },
    at: "60m",
    labels: { host: "api.tax.example" },
    summary: "The certificate of api.tax.example expires in 9d 23h 0m 0s",
    silent: { [`probe_ssl_earliest_cert_expiry{${host}}`]: "7776000x100" },
  },
  HostCertificateExpired: {
    fires: { [`probe_ssl_earliest_cert_expiry{${host}}`]: "86400x60" },
    at: "10m",
    labels: { host: "api.tax.example" },
    summary: "The certificate of api.tax.example is about to expire: 23h 50m 0s left",
    silent: { [`probe_ssl_earliest_cert_expiry{${host}}`]: "864000x60" },
  },
  TargetsMissing: {
    fires: {
      'gemelos:expected_targets{job="node-exporter"}': "3x60",
      'up{job="node-exporter",instance="worker1"}': "1x60",
      'up{job="node-exporter",instance="worker2"}': "0x60",
    },
    at: "10m",
    labels: { job: "node-exporter" },
    summary: "2 targets of node-exporter are not scraped",
    silent: {
      'gemelos:expected_targets{job="node-exporter"}': "2x60",
      'up{job="node-exporter",instance="worker1"}': "1x60",
      'up{job="node-exporter",instance="worker2"}': "1x60",
    },
  },
  // Of a job of which nothing is left there is no series to count.
  TargetsAllMissing: {
    fires: {
      'gemelos:expected_targets{job="node-exporter"}': "3x60",
      'up{job="kubelet",instance="worker1"}': "1x60",
    },
    at: "10m",
    labels: { job: "node-exporter" },
    summary: "None of the 3 targets of node-exporter is scraped",
    silent: {
      'gemelos:expected_targets{job="node-exporter"}': "3x60",
      'up{job="node-exporter",instance="worker1"}': "1x60",
    },
  },
  ServiceNotScraped: {
    fires: {
      'kube_deployment_status_replicas_available{namespace="declarations",deployment="receipts"}': "2x60",
      'up{job="services",namespace="declarations",service="receipts",pod="receipts-1"}': "0x60",
    },
    at: "15m",
    labels: {
      namespace: "declarations",
      deployment: "receipts",
      service: "receipts",
      owner: "team-receipts@tax.example",
    },
    summary: "2 replicas of receipts in declarations are available and not scraped",
    silent: {
      'kube_deployment_status_replicas_available{namespace="declarations",deployment="receipts"}': "2x60",
      'up{job="services",namespace="declarations",service="receipts",pod="receipts-1"}': "1x60",
      'up{job="services",namespace="declarations",service="receipts",pod="receipts-2"}': "1x60",
    },
  },
  PrometheusConfigurationStale: {
    fires: { 'prometheus_config_last_reload_successful{instance="prometheus-0"}': "0x60" },
    at: "10m",
    labels: { instance: "prometheus-0" },
    summary: "Prometheus prometheus-0 could not load its configuration",
    silent: { 'prometheus_config_last_reload_successful{instance="prometheus-0"}': "1x60" },
  },
  PrometheusRulesFailing: {
    fires: {
      'prometheus_rule_evaluation_failures_total{instance="prometheus-0",rule_group="rules.yaml;gemelos-nodes"}':
        "0+1x60",
    },
    at: "16m",
    labels: { instance: "prometheus-0", rule_group: "rules.yaml;gemelos-nodes" },
    summary: "Rules of rules.yaml;gemelos-nodes fail in Prometheus prometheus-0: 5 in 5 minutes",
    silent: {
      'prometheus_rule_evaluation_failures_total{instance="prometheus-0",rule_group="rules.yaml;gemelos-nodes"}':
        "7x60",
    },
  },
  PrometheusNotificationsLost: {
    fires: {
      'prometheus_notifications_errors_total{instance="prometheus-0",alertmanager="http://alertmanager-1:9093"}':
        "0+60x60",
    },
    at: "16m",
    labels: { instance: "prometheus-0", alertmanager: "http://alertmanager-1:9093" },
    summary: "Prometheus prometheus-0 does not reach http://alertmanager-1:9093",
    description:
      "For 15m 1 alerts a second are lost there. If it is so for all Alertmanagers, nobody hears of anything.",
    silent: {
      'prometheus_notifications_errors_total{instance="prometheus-0",alertmanager="http://alertmanager-1:9093"}':
        "7x60",
    },
  },
  AlertmanagerNotificationsFailing: {
    fires: {
      'alertmanager_notifications_failed_total{instance="alertmanager-0",integration="email",reason="other"}': "0+6x60",
      'alertmanager_notifications_total{instance="alertmanager-0",integration="email"}': "0+12x60",
    },
    at: "11m",
    labels: { integration: "email" },
    summary: "50% of the notifications by email fail",
    silent: {
      'alertmanager_notifications_failed_total{instance="alertmanager-0",integration="email",reason="other"}': "0x60",
      'alertmanager_notifications_total{instance="alertmanager-0",integration="email"}': "0+12x60",
    },
  },
  AlertmanagersApart: {
    fires: {
      'alertmanager_cluster_members{instance="alertmanager-0"}': "2x60",
      'up{job="alertmanager",instance="alertmanager-0"}': "1x60",
      'up{job="alertmanager",instance="alertmanager-1"}': "1x60",
      'up{job="alertmanager",instance="alertmanager-2"}': "1x60",
    },
    at: "15m",
    labels: { instance: "alertmanager-0" },
    summary: "The Alertmanager alertmanager-0 sees only 2 members of its cluster",
    silent: {
      'alertmanager_cluster_members{instance="alertmanager-0"}': "3x60",
      'up{job="alertmanager",instance="alertmanager-0"}': "1x60",
      'up{job="alertmanager",instance="alertmanager-1"}': "1x60",
      'up{job="alertmanager",instance="alertmanager-2"}': "1x60",
    },
  },
};
