import type { Alerts } from "../alert.ts";

const pod = ["namespace", "pod"];
const perPod = "by (namespace, service, pod)";
const owned = "* on (namespace, service) group_left (owner) gemelos:service:info";

/**
 * Share of the heap that a collection leaves. What is used says nothing: it grows until a collection, whatever is alive. A
 * collector that does not tell (NaN) is judged by the least that was used in 15 minutes, during which it collects.
 */
const heapAfterCollection =
  `max ${perPod} (jvm_memory_usage_after_gc{area="heap",pool="long-lived"} >= 0) or ` +
  `min_over_time((sum ${perPod} (jvm_memory_used_bytes{area="heap"}) / sum ${perPod} (jvm_memory_max_bytes{area="heap"} > 0))[15m:1m])`;

/** The Java virtual machine of a service: heap, collections and threads. */
export const jvmAlerts = {
  JvmHeapAlmostFull: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 0.85, unit: "ratio" },
    identity: pod,
    expression: ({ threshold }) => `((${heapAfterCollection}) > ${threshold}) ${owned}`,
    summary:
      "{{ $value | humanizePercentage }} of the heap of {{ $labels.namespace }}/{{ $labels.pod }} is alive after a collection",
    description:
      "More than {threshold} for {for}. It is about to end with OutOfMemoryError: a leak, or a heap that is too small.",
  },
  JvmGcPausing: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 0.1, unit: "ratio" },
    identity: pod,
    expression: ({ threshold }) => `(sum ${perPod} (rate(jvm_gc_pause_seconds_sum[5m])) > ${threshold}) ${owned}`,
    summary:
      "{{ $labels.namespace }}/{{ $labels.pod }} stands still {{ $value | humanizePercentage }} of the time to collect garbage",
    description:
      "More than {threshold} of the time for {for}. The heap is too small for what is alive in it, or for how much is allocated.",
  },
  // ZGC hardly pauses: when it is too late, it collects without a break, and threads wait for memory.
  JvmGcCollectingWithoutBreak: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 0.8, unit: "ratio" },
    identity: pod,
    expression: ({ threshold }) =>
      `(sum ${perPod} (rate(jvm_gc_concurrent_phase_time_seconds_sum{gc=~"ZGC.*"}[5m])) > ${threshold}) ${owned}`,
    summary: "ZGC collects {{ $value | humanizePercentage }} of the time in {{ $labels.namespace }}/{{ $labels.pod }}",
    description:
      "More than {threshold} of the time for {for}: threads wait for memory. The heap is too small for how much is allocated.",
    applies: ({ services }) => services.some(({ collector }) => collector === "Z"),
  },
  JvmThreadsBlocked: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    threshold: { value: 20, unit: "number" },
    identity: pod,
    expression: ({ threshold }) =>
      `(sum ${perPod} (jvm_threads_states_threads{state="blocked"}) > ${threshold}) ${owned}`,
    summary: "{{ $value }} threads of {{ $labels.namespace }}/{{ $labels.pod }} wait for a lock",
    description:
      "More than {threshold} for {for}. A thread dump (kill -3, to the log) says which lock, and who holds it.",
  },
  JvmThreadsMany: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 1000, unit: "number" },
    identity: pod,
    expression: ({ threshold }) => `(sum ${perPod} (jvm_threads_live_threads) > ${threshold}) ${owned}`,
    summary: "{{ $labels.namespace }}/{{ $labels.pod }} has {{ $value }} threads",
    description:
      "More than {threshold} for {for}. Each takes memory beside the heap; a pool without a bound, or a client that is made anew each time.",
  },
} satisfies Alerts;
