import type { Alerts } from "../alert.ts";

/** Requests that stay open by design say nothing of how slow the API server is. */
const answered = 'verb!~"WATCH|CONNECT|WATCHLIST"';

/** The control plane: API server, etcd, scheduler, controllers and the kubelets' certificates. */
export const controlPlaneAlerts = {
  ApiServerFailing: {
    severity: "page",
    kind: "symptom",
    for: "10m",
    threshold: { value: 0.03, unit: "ratio" },
    identity: [],
    expression: ({ threshold }) =>
      `sum(rate(apiserver_request_total{code=~"5.."}[5m])) / sum(rate(apiserver_request_total[5m])) > ${threshold}`,
    summary: "{{ $value | humanizePercentage }} of the requests to the API server fail",
    description: "More than {threshold} for {for}. What runs goes on; nothing can be deployed, scaled or replaced.",
  },
  ApiServerSlow: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 1, unit: "seconds" },
    identity: ["verb"],
    expression: ({ threshold }) =>
      `histogram_quantile(0.99, sum by (verb, le) (rate(apiserver_request_sli_duration_seconds_bucket{${answered}}[10m]))) > ${threshold}`,
    summary:
      "1 % of the {{ $labels.verb }} requests to the API server take longer than {{ $value | humanizeDuration }}",
    description: "More than {threshold} for {for}. Mostly etcd's disks (EtcdDiskSlow) or a webhook.",
  },
  ApiServerClientCertificateExpiring: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 604_800, unit: "seconds" },
    identity: ["job"],
    expression: ({ threshold }) =>
      `histogram_quantile(0.01, sum by (job, le) (rate(apiserver_client_certificate_expiration_seconds_bucket[15m]))) < ${threshold}`,
    summary: "A client of the {{ $labels.job }} has a certificate that expires in {{ $value | humanizeDuration }}",
    description:
      "Less than {threshold}. kubeadm certs check-expiration, on each control plane, says which; a kubelet's own is KubeletCertificateExpiring.",
  },
  KubeletCertificateExpiring: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 604_800, unit: "seconds" },
    identity: ["node"],
    expression: ({ threshold }) => `kubelet_certificate_manager_client_ttl_seconds < ${threshold}`,
    summary: "The certificate of the kubelet of {{ $labels.node }} expires in {{ $value | humanizeDuration }}",
    description:
      "Less than {threshold}, although a kubelet renews its certificate long before. When it is over the node is lost.",
  },
  EtcdWithoutLeader: {
    severity: "page",
    kind: "symptom",
    for: "1m",
    identity: ["instance"],
    expression: () => "etcd_server_has_leader == 0",
    summary: "The etcd member {{ $labels.instance }} has no leader",
    description:
      "For {for}. Without a leader the API server can write nothing; if all members say so, the majority is lost.",
  },
  EtcdLeaderChanging: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    threshold: { value: 3, unit: "number" },
    identity: ["instance"],
    expression: ({ threshold }) => `increase(etcd_server_leader_changes_seen_total[15m]) > ${threshold}`,
    summary:
      'The etcd member {{ $labels.instance }} has seen {{ $value | printf "%.0f" }} changes of leader in 15 minutes',
    description: "More than {threshold}: disks or the network between the control planes are too slow.",
  },
  EtcdDiskSlow: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 0.5, unit: "seconds" },
    identity: ["instance"],
    expression: ({ threshold }) =>
      `histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m]))) > ${threshold}`,
    summary:
      "1 % of the writes of the etcd member {{ $labels.instance }} take longer than {{ $value | humanizeDuration }}",
    description: "More than {threshold} for {for}. etcd wants a disk of its own that writes within 10 ms.",
  },
  EtcdDatabaseAlmostFull: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 0.8, unit: "ratio" },
    identity: ["instance"],
    expression: ({ threshold }) => `etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes > ${threshold}`,
    summary: "The database of the etcd member {{ $labels.instance }} is {{ $value | humanizePercentage }} full",
    description:
      "More than {threshold} for {for}. When it is full etcd takes no more writes until it is compacted and defragmented.",
  },
  SchedulerFailing: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.1, unit: "number" },
    identity: [],
    expression: ({ threshold }) => `sum(rate(scheduler_schedule_attempts_total{result="error"}[5m])) > ${threshold}`,
    summary: "The scheduler fails {{ $value | humanize }} times a second",
    description: "More than {threshold} a second for {for}, and not because nodes are full: its log says why.",
  },
  ControllersBehind: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 100, unit: "number" },
    identity: ["name"],
    expression: ({ threshold }) => `sum by (name) (workqueue_depth{job="kube-controller-manager"}) > ${threshold}`,
    summary: "{{ $value }} objects wait for the controller {{ $labels.name }}",
    description: "More than {threshold} for {for}: what is asked for in the API is made late, or not at all.",
  },
  NodeNotReady: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: ["node"],
    expression: () => 'max by (node) (kube_node_status_condition{condition="Ready",status=~"false|unknown"}) == 1',
    summary: "The node {{ $labels.node }} is not ready",
    description:
      "For {for} its kubelet is silent or says that it cannot work. Its pods start on other nodes after 5 minutes.",
  },
  NodeUnderPressure: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    identity: ["node", "condition"],
    expression: () =>
      'max by (node, condition) (kube_node_status_condition{condition=~"MemoryPressure|DiskPressure|PIDPressure",status="true"}) == 1',
    summary: "The kubelet of {{ $labels.node }} reports {{ $labels.condition }}",
    description: "For {for}. It takes no new pods and evicts some of those that it has.",
  },
} satisfies Alerts;
