import type { Alerts } from "./alert.ts";
import { ofPods, ofServices } from "./join.ts";

/** Statuses of containers are lost between two scrapes if a restart is quick, hence the look back over 5 minutes. */
function waiting(reasons: string): string {
  return `max by (namespace, pod, container, reason) (max_over_time(kube_pod_container_status_waiting_reason{reason=~"${reasons}"}[5m]))`;
}

/** Restarts within 10 minutes after which the container's last end fits a selector. */
function endedBy(metric: string, selector: string, comparison: string): string {
  return (
    "max by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[10m])) > 0 and on (namespace, pod, container) " +
    `${metric}${selector} == ${comparison}`
  );
}

const ofContainer = ["namespace", "pod", "container"];

/** Alerts of what runs in the cluster, from kube-state-metrics: pods, deployments, autoscalers, quotas and volumes. */
export const workloadAlerts = {
  NoReplicaAvailable: {
    severity: "page",
    kind: "symptom",
    for: "3m",
    identity: ["namespace", "service"],
    expression: () =>
      ofServices(
        'label_replace(kube_deployment_status_replicas_available == 0 and kube_deployment_spec_replicas > 0, "service", "$1", "deployment", "(.+)")',
      ),
    summary: "No replica of {{ $labels.service }} in {{ $labels.namespace }} is available",
    description:
      "For {for} nobody is answered. See what its pods wait for: kubectl -n {{ $labels.namespace }} get pods.",
  },
  ReplicasMissing: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "service"],
    // While the updated replicas change, a rollout goes on, which RolloutStuck watches.
    expression: () =>
      ofServices(
        'label_replace(kube_deployment_spec_replicas - kube_deployment_status_replicas_available > 0 and changes(kube_deployment_status_replicas_updated[10m]) == 0, "service", "$1", "deployment", "(.+)")',
      ),
    summary: "{{ $labels.service }} in {{ $labels.namespace }} lacks {{ $value }} replicas",
    description: "For {for}, and no rollout is under way.",
  },
  RolloutStuck: {
    severity: "ticket",
    kind: "cause",
    for: "1m",
    identity: ["namespace", "service"],
    expression: () =>
      ofServices(
        'label_replace(kube_deployment_status_condition{condition="Progressing",status="false"} == 1, "service", "$1", "deployment", "(.+)")',
      ),
    summary: "The rollout of {{ $labels.service }} in {{ $labels.namespace }} does not get on",
    description: "It is over its deadline; what ran before still runs. See the events of its newest pods.",
  },
  PodCrashLooping: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    identity: ofContainer,
    expression: () => ofPods(`${waiting("CrashLoopBackOff")} == 1`),
    summary: "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} ends again and again",
    description:
      "For {for} the kubelet waits longer after each end. The log of the last run says why: kubectl logs --previous.",
  },
  PodNotReady: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "pod"],
    // A pod runs, by its phase, long before and after it is ready.
    expression: () =>
      ofPods(
        'max by (namespace, pod) (kube_pod_status_ready{condition="false"}) == 1 and on (namespace, pod) max by (namespace, pod) (kube_pod_status_phase{phase="Running"}) == 1',
      ),
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} runs and is not ready",
    description: "For {for} its readiness probe fails, and it gets no traffic.",
  },
  PodUnschedulable: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "pod"],
    expression: () => ofPods("max by (namespace, pod) (kube_pod_status_unschedulable) == 1"),
    summary: "No node takes {{ $labels.namespace }}/{{ $labels.pod }}",
    description:
      "For {for}: no node has what it requests, or none fits its labels, its spread or its volume. Its events say which.",
  },
  PodNotStarting: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ofContainer,
    expression: () => ofPods(`${waiting("ContainerCreating|CreateContainerError|RunContainerError")} == 1`),
    summary:
      "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} is not started ({{ $labels.reason }})",
    description:
      "For {for}: a volume that is not mounted, such as a Secret or a ConfigMap that is not there, or the runtime refuses. Its events say which.",
  },
  ImageCannotBePulled: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: ofContainer,
    expression: () => ofPods(`${waiting("ErrImagePull|ImagePullBackOff|InvalidImageName")} == 1`),
    summary:
      "The image of {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} cannot be pulled ({{ $labels.reason }})",
    description: "For {for}: the registry is away, does not have it, or refuses the credentials.",
  },
  ConfigurationMissing: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: ofContainer,
    expression: () => ofPods(`${waiting("CreateContainerConfigError")} == 1`),
    summary:
      "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} lacks a Secret, a ConfigMap or a key of one",
    description:
      "For {for} it cannot start. Its events name what is missing; a secret that was never put is the usual reason.",
  },
  ContainerOutOfMemory: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    identity: ofContainer,
    expression: () => ofPods(endedBy("kube_pod_container_status_last_terminated_reason", '{reason="OOMKilled"}', "1")),
    summary:
      "The kernel has killed {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }}: it was over its memory limit",
    description:
      "In the last 10 minutes. The JVM's heap had room, so what it needs beside the heap grew: threads, buffers, classes, or files in memory.",
  },
  // -XX:+ExitOnOutOfMemoryError ends the JVM with 3.
  JvmOutOfMemory: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    identity: ofContainer,
    expression: () => ofPods(endedBy("kube_pod_container_status_last_terminated_exitcode", "", "3")),
    summary:
      "The JVM of {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} has ended with OutOfMemoryError",
    description:
      "In the last 10 minutes. The log of the last run says which kind; if it was the heap, a dump is in /dumps of the pod as long as the pod is there.",
  },
  StatefulSetReplicasMissing: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "statefulset"],
    expression: () => "kube_statefulset_replicas - kube_statefulset_status_replicas_ready > 0",
    summary: "{{ $labels.namespace }}/{{ $labels.statefulset }} lacks {{ $value }} replicas",
    description: "For {for}.",
  },
  DaemonSetPodsMissing: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "daemonset"],
    expression: () => "kube_daemonset_status_desired_number_scheduled - kube_daemonset_status_number_ready > 0",
    summary: "{{ $labels.namespace }}/{{ $labels.daemonset }} is not ready on {{ $value }} nodes",
    description: "For {for}. What it does for a node, such as its network or its metrics, is not done there.",
  },
  AutoscalerAtMaximum: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "service"],
    // At its maximum by load and not by chance: only while it wants more than it may (ScalingLimited), and could have scaled at all.
    expression: () =>
      ofServices(
        'label_replace(kube_horizontalpodautoscaler_status_current_replicas == kube_horizontalpodautoscaler_spec_max_replicas and kube_horizontalpodautoscaler_spec_max_replicas > kube_horizontalpodautoscaler_spec_min_replicas and ignoring (condition, status) kube_horizontalpodautoscaler_status_condition{condition="ScalingLimited",status="true"} == 1, "service", "$1", "horizontalpodautoscaler", "(.+)")',
      ),
    summary: "{{ $labels.service }} in {{ $labels.namespace }} needs more than its {{ $value }} replicas",
    description:
      "For {for} the autoscaler wants more than maxReplicas. Raise it if the nodes have room, or see why each replica needs so much.",
  },
  AutoscalerWithoutMetrics: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    identity: ["namespace", "service"],
    expression: () =>
      ofServices(
        'label_replace(kube_horizontalpodautoscaler_status_condition{condition="ScalingActive",status="false"} == 1, "service", "$1", "horizontalpodautoscaler", "(.+)")',
      ),
    summary: "The autoscaler of {{ $labels.service }} in {{ $labels.namespace }} sees no metrics",
    description:
      "For {for} it does not scale, whatever the load. See whether metrics-server answers: kubectl top pods.",
  },
  DisruptionBudgetNotMet: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "poddisruptionbudget"],
    expression: () =>
      "kube_poddisruptionbudget_status_desired_healthy - kube_poddisruptionbudget_status_current_healthy > 0",
    summary: "{{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} lacks {{ $value }} healthy pods",
    description: "For {for}. Until then no node with one of its pods can be drained.",
  },
  QuotaAlmostUsed: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.95, unit: "ratio" },
    identity: ["namespace", "resourcequota", "resource"],
    expression: ({ threshold }) =>
      `kube_resourcequota{type="used"} / ignoring (type) (kube_resourcequota{type="hard"} > 0) > ${threshold}`,
    summary:
      "{{ $value | humanizePercentage }} of {{ $labels.resource }} of the quota {{ $labels.resourcequota }} in {{ $labels.namespace }} is used",
    description: "More than {threshold} for {for}. A quota that is used up refuses new pods, also those of a rollout.",
  },
  VolumeFillingUp: {
    severity: "ticket",
    kind: "cause",
    for: "1h",
    threshold: { value: 0.15, unit: "ratio" },
    identity: ["namespace", "persistentvolumeclaim"],
    expression: ({ threshold }) =>
      `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < ${threshold} and max by (namespace, persistentvolumeclaim) (predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 24 * 3600)) < 0`,
    summary:
      "The volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} will be full within 4 days; {{ $value | humanizePercentage }} is free",
    description: "Less than {threshold} is free for {for}, and it shrinks.",
  },
  VolumeFull: {
    severity: "page",
    kind: "symptom",
    for: "5m",
    threshold: { value: 0.03, unit: "ratio" },
    identity: ["namespace", "persistentvolumeclaim"],
    expression: ({ threshold }) =>
      `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < ${threshold}`,
    summary:
      "Only {{ $value | humanizePercentage }} is free in the volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}",
    description: "Less than {threshold} for {for}: what writes there fails, or will within minutes.",
  },
} satisfies Alerts;
