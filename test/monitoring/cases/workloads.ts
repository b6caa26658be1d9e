import type { workloadAlerts } from "../../../components/monitoring/rules/workloads.ts";
import type { Cases } from "./alertCase.ts";

const deployment = 'namespace="declarations",deployment="receipts"';
const deploymentLabels = {
  namespace: "declarations",
  deployment: "receipts",
  service: "receipts",
  owner: "team-receipts@tax.example",
};
const pod = 'namespace="declarations",pod="receipts-5d9f8b7c6d-x2k4z"';
const container = `${pod},container="receipts"`;
const podInfo = { [`kube_pod_info{${pod},node="worker1",host_ip="10.1.10.21"}`]: "1x60" };
const podLabels = {
  namespace: "declarations",
  pod: "receipts-5d9f8b7c6d-x2k4z",
  node: "worker1",
  service: "receipts",
  owner: "team-receipts@tax.example",
};
const containerLabels = { ...podLabels, container: "receipts" };
const autoscaler = 'namespace="declarations",horizontalpodautoscaler="receipts"';
const autoscalerLabels = {
  namespace: "declarations",
  horizontalpodautoscaler: "receipts",
  service: "receipts",
  owner: "team-receipts@tax.example",
};
const volume = 'namespace="declarations",persistentvolumeclaim="receipts.dir-data"';
const volumeLabels = { namespace: "declarations", persistentvolumeclaim: "receipts.dir-data" };

/** Series of a container that waits for a reason. */
function waiting(reason: string) {
  return { ...podInfo, [`kube_pod_container_status_waiting_reason{${container},reason="${reason}"}`]: "1x60" };
}

/** Series of a container that has ended once in a way. */
function ended(how: Readonly<Record<string, string>>) {
  return { ...podInfo, [`kube_pod_container_status_restarts_total{${container}}`]: "0x5 1x50", ...how };
}

export const workloadCases: Cases<typeof workloadAlerts> = {
  NoReplicaAvailable: {
    fires: {
      [`kube_deployment_status_replicas_available{${deployment}}`]: "0x60",
      [`kube_deployment_spec_replicas{${deployment}}`]: "2x60",
    },
    at: "3m",
    labels: deploymentLabels,
    summary: "No replica of receipts in declarations is available",
    description: "For 3m nobody is answered. See what its pods wait for: kubectl -n declarations get pods.",
    // It is stopped on purpose.
    silent: {
      [`kube_deployment_status_replicas_available{${deployment}}`]: "0x60",
      [`kube_deployment_spec_replicas{${deployment}}`]: "0x60",
    },
  },
  ReplicasMissing: {
    fires: {
      [`kube_deployment_status_replicas_available{${deployment}}`]: "1x60",
      [`kube_deployment_status_replicas_updated{${deployment}}`]: "3x60",
      [`kube_deployment_spec_replicas{${deployment}}`]: "3x60",
    },
    at: "15m",
    labels: deploymentLabels,
    summary: "receipts in declarations lacks 2 replicas",
    // A rollout goes on.
    silent: {
      [`kube_deployment_status_replicas_available{${deployment}}`]: "1x60",
      [`kube_deployment_status_replicas_updated{${deployment}}`]: "0+1x60",
      [`kube_deployment_spec_replicas{${deployment}}`]: "100x60",
    },
  },
  RolloutStuck: {
    fires: {
      [`kube_deployment_status_condition{${deployment},condition="Progressing",status="false",reason="ProgressDeadlineExceeded"}`]:
        "1x60",
    },
    at: "1m",
    labels: { ...deploymentLabels, condition: "Progressing", status: "false", reason: "ProgressDeadlineExceeded" },
    summary: "The rollout of receipts in declarations does not get on",
    silent: {
      [`kube_deployment_status_condition{${deployment},condition="Progressing",status="false",reason="ReplicaSetUpdated"}`]:
        "0x60",
    },
  },
  PodCrashLooping: {
    fires: {
      ...podInfo,
      [`kube_pod_container_status_waiting_reason{${container},reason="CrashLoopBackOff"}`]:
        "1 _ _ 1 _ _ 1 _ _ 1 _ _ 1 _ _ 1",
    },
    at: "10m",
    labels: { ...containerLabels, reason: "CrashLoopBackOff" },
    summary: "receipts of declarations/receipts-5d9f8b7c6d-x2k4z ends again and again",
    silent: waiting("ContainerCreating"),
  },
  PodNotReady: {
    fires: {
      ...podInfo,
      [`kube_pod_status_ready{${pod},condition="false"}`]: "1x60",
      [`kube_pod_status_phase{${pod},phase="Running"}`]: "1x60",
    },
    at: "15m",
    labels: podLabels,
    summary: "declarations/receipts-5d9f8b7c6d-x2k4z runs and is not ready",
    // A job's pod that has ended is not ready either.
    silent: {
      ...podInfo,
      [`kube_pod_status_ready{${pod},condition="false"}`]: "1x60",
      [`kube_pod_status_phase{${pod},phase="Running"}`]: "0x60",
      [`kube_pod_status_phase{${pod},phase="Succeeded"}`]: "1x60",
    },
  },
  PodUnschedulable: {
    fires: { [`kube_pod_info{${pod},node=""}`]: "1x60", [`kube_pod_status_unschedulable{${pod}}`]: "1x60" },
    at: "15m",
    labels: {
      namespace: "declarations",
      pod: "receipts-5d9f8b7c6d-x2k4z",
      service: "receipts",
      owner: "team-receipts@tax.example",
    },
    summary: "No node takes declarations/receipts-5d9f8b7c6d-x2k4z",
    silent: { ...podInfo, [`kube_pod_status_unschedulable{${pod}}`]: "0x60" },
  },
  PodNotStarting: {
    fires: waiting("ContainerCreating"),
    at: "15m",
    labels: { ...containerLabels, reason: "ContainerCreating" },
    summary: "receipts of declarations/receipts-5d9f8b7c6d-x2k4z is not started (ContainerCreating)",
    // Init containers run.
    silent: waiting("PodInitializing"),
  },
  ImageCannotBePulled: {
    fires: waiting("ImagePullBackOff"),
    at: "5m",
    labels: { ...containerLabels, reason: "ImagePullBackOff" },
    summary: "The image of receipts of declarations/receipts-5d9f8b7c6d-x2k4z cannot be pulled (ImagePullBackOff)",
    silent: waiting("CrashLoopBackOff"),
  },
  ConfigurationMissing: {
    fires: waiting("CreateContainerConfigError"),
    at: "5m",
    labels: { ...containerLabels, reason: "CreateContainerConfigError" },
    summary: "receipts of declarations/receipts-5d9f8b7c6d-x2k4z lacks a Secret, a ConfigMap or a key of one",
    silent: waiting("CrashLoopBackOff"),
  },
  ContainerOutOfMemory: {
    fires: ended({
      [`kube_pod_container_status_last_terminated_reason{${container},reason="OOMKilled"}`]: "_x5 1x50",
    }),
    at: "6m",
    labels: containerLabels,
    summary: "The kernel has killed receipts of declarations/receipts-5d9f8b7c6d-x2k4z: it was over its memory limit",
    // It was killed long ago, and has not ended since.
    silent: {
      ...podInfo,
      [`kube_pod_container_status_restarts_total{${container}}`]: "1x60",
      [`kube_pod_container_status_last_terminated_reason{${container},reason="OOMKilled"}`]: "1x60",
    },
  },
  JvmOutOfMemory: {
    fires: ended({ [`kube_pod_container_status_last_terminated_exitcode{${container}}`]: "_x5 3x50" }),
    at: "6m",
    labels: containerLabels,
    summary: "The JVM of receipts of declarations/receipts-5d9f8b7c6d-x2k4z has ended with OutOfMemoryError",
    silent: ended({ [`kube_pod_container_status_last_terminated_exitcode{${container}}`]: "_x5 143x50" }),
  },
  StatefulSetReplicasMissing: {
    fires: {
      'kube_statefulset_replicas{namespace="monitoring",statefulset="alertmanager"}': "3x60",
      'kube_statefulset_status_replicas_ready{namespace="monitoring",statefulset="alertmanager"}': "2x60",
    },
    at: "15m",
    labels: { namespace: "monitoring", statefulset: "alertmanager" },
    summary: "monitoring/alertmanager lacks 1 replicas",
    silent: {
      'kube_statefulset_replicas{namespace="monitoring",statefulset="alertmanager"}': "3x60",
      'kube_statefulset_status_replicas_ready{namespace="monitoring",statefulset="alertmanager"}': "3x60",
    },
  },
  DaemonSetPodsMissing: {
    fires: {
      'kube_daemonset_status_desired_number_scheduled{namespace="kube-system",daemonset="calico-node"}': "6x60",
      'kube_daemonset_status_number_ready{namespace="kube-system",daemonset="calico-node"}': "4x60",
    },
    at: "15m",
    labels: { namespace: "kube-system", daemonset: "calico-node" },
    summary: "kube-system/calico-node is not ready on 2 nodes",
    silent: {
      'kube_daemonset_status_desired_number_scheduled{namespace="kube-system",daemonset="calico-node"}': "6x60",
      'kube_daemonset_status_number_ready{namespace="kube-system",daemonset="calico-node"}': "6x60",
    },
  },
  AutoscalerAtMaximum: {
    fires: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: "4x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`]: "4x60",
      [`kube_horizontalpodautoscaler_spec_min_replicas{${autoscaler}}`]: "2x60",
      [`kube_horizontalpodautoscaler_status_condition{${autoscaler},condition="ScalingLimited",status="true"}`]: "1x60",
    },
    at: "15m",
    labels: autoscalerLabels,
    summary: "receipts in declarations needs more than its 4 replicas",
    // Four are what it wants.
    silent: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}}`]: "4x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}}`]: "4x60",
      [`kube_horizontalpodautoscaler_spec_min_replicas{${autoscaler}}`]: "2x60",
      [`kube_horizontalpodautoscaler_status_condition{${autoscaler},condition="ScalingLimited",status="true"}`]: "0x60",
      [`kube_horizontalpodautoscaler_status_condition{${autoscaler},condition="ScalingLimited",status="false"}`]:
        "1x60",
    },
  },
  AutoscalerWithoutMetrics: {
    fires: {
      [`kube_horizontalpodautoscaler_status_condition{${autoscaler},condition="ScalingActive",status="false"}`]: "1x60",
    },
    at: "10m",
    labels: { ...autoscalerLabels, condition: "ScalingActive", status: "false" },
    summary: "The autoscaler of receipts in declarations sees no metrics",
    silent: {
      [`kube_horizontalpodautoscaler_status_condition{${autoscaler},condition="ScalingActive",status="false"}`]: "0x60",
    },
  },
  DisruptionBudgetNotMet: {
    fires: {
      'kube_poddisruptionbudget_status_desired_healthy{namespace="declarations",poddisruptionbudget="receipts"}':
        "2x60",
      'kube_poddisruptionbudget_status_current_healthy{namespace="declarations",poddisruptionbudget="receipts"}':
        "1x60",
    },
    at: "15m",
    labels: { namespace: "declarations", poddisruptionbudget: "receipts" },
    summary: "declarations/receipts lacks 1 healthy pods",
    silent: {
      'kube_poddisruptionbudget_status_desired_healthy{namespace="declarations",poddisruptionbudget="receipts"}':
        "1x60",
      'kube_poddisruptionbudget_status_current_healthy{namespace="declarations",poddisruptionbudget="receipts"}':
        "2x60",
    },
  },
  QuotaAlmostUsed: {
    fires: {
      'kube_resourcequota{namespace="declarations",resourcequota="quota",resource="limits.memory",type="used"}':
        "99x60",
      'kube_resourcequota{namespace="declarations",resourcequota="quota",resource="limits.memory",type="hard"}':
        "100x60",
    },
    at: "15m",
    labels: { namespace: "declarations", resourcequota: "quota", resource: "limits.memory" },
    summary: "99% of limits.memory of the quota quota in declarations is used",
    // What is forbidden altogether.
    silent: {
      'kube_resourcequota{namespace="declarations",resourcequota="quota",resource="services.nodeports",type="used"}':
        "0x60",
      'kube_resourcequota{namespace="declarations",resourcequota="quota",resource="services.nodeports",type="hard"}':
        "0x60",
    },
  },
  VolumeFillingUp: {
    fires: {
      [`kubelet_volume_stats_available_bytes{${volume},node="worker1"}`]: "120-0.1x100",
      [`kubelet_volume_stats_capacity_bytes{${volume},node="worker1"}`]: "1000x100",
    },
    at: "61m",
    labels: volumeLabels,
    summary: "The volume declarations/receipts.dir-data will be full within 4 days; 11.39% is free",
    silent: {
      [`kubelet_volume_stats_available_bytes{${volume},node="worker1"}`]: "114x100",
      [`kubelet_volume_stats_capacity_bytes{${volume},node="worker1"}`]: "1000x100",
    },
  },
  VolumeFull: {
    fires: {
      [`kubelet_volume_stats_available_bytes{${volume},node="worker1"}`]: "20x60",
      [`kubelet_volume_stats_capacity_bytes{${volume},node="worker1"}`]: "1000x60",
    },
    at: "5m",
    labels: volumeLabels,
    summary: "Only 2% is free in the volume declarations/receipts.dir-data",
    silent: {
      [`kubelet_volume_stats_available_bytes{${volume},node="worker1"}`]: "200x60",
      [`kubelet_volume_stats_capacity_bytes{${volume},node="worker1"}`]: "1000x60",
    },
  },
};
