import type { AlertDefinition, Alerts } from "../alert.ts";

/** A VM has none of this, and its hypervisor is no node. */
const applies: NonNullable<AlertDefinition["applies"]> = ({ nodes }) => nodes.some(({ kind }) => kind === "metal");

/** Hardware of physical machines: memory modules, temperature, drives, and what the board's controller reports. */
export const hardwareAlerts = {
  NodeMemoryErrors: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    threshold: { value: 10, unit: "number" },
    identity: ["node", "controller"],
    expression: ({ threshold }) => `increase(node_edac_correctable_errors_total[24h]) > ${threshold}`,
    summary:
      'The memory of {{ $labels.node }} had {{ $value | printf "%.0f" }} errors in 24 hours, all corrected (controller {{ $labels.controller }})',
    description: "More than {threshold}. A module with many of them gets errors that cannot be corrected next.",
    applies,
  },
  // A bare counter would fire until the next start of the machine.
  NodeMemoryErrorsUncorrected: {
    severity: "ticket",
    kind: "cause",
    for: "0m",
    identity: ["node", "controller"],
    expression: () => "increase(node_edac_uncorrectable_errors_total[24h]) > 0",
    summary:
      'The memory of {{ $labels.node }} had {{ $value | printf "%.0f" }} errors in 24 hours that could not be corrected (controller {{ $labels.controller }})',
    description:
      "What was there is lost, and a process or the machine ended or computed with it. The module has to be changed.",
    applies,
  },
  NodeTemperatureHigh: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    threshold: { value: 5, unit: "celsius" },
    identity: ["node", "chip", "sensor"],
    // Sensors that state no limit, or 0, say nothing of what is too hot.
    expression: ({ threshold }) => `node_hwmon_temp_celsius > (node_hwmon_temp_crit_celsius > 0) - ${threshold}`,
    summary: '{{ $labels.sensor }} of {{ $labels.chip }} in {{ $labels.node }} is at {{ $value | printf "%.0f" }} °C',
    description: "Less than {threshold} below the limit of the maker for {for}: a fan, the air, or the room.",
    applies,
  },
  NodeCpuThrottledByHeat: {
    severity: "ticket",
    kind: "cause",
    for: "10m",
    identity: ["node"],
    expression: () => "sum by (node) (rate(node_cpu_package_throttles_total[5m])) > 0",
    summary: "The processors of {{ $labels.node }} run slower because of heat, {{ $value | humanize }} times a second",
    description: "For {for}. The node looks healthy and is slow.",
    applies,
  },
  NodeNvmeNotLive: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: ["node", "device", "state"],
    expression: () => 'node_nvme_info{state!="live"} == 1',
    summary: "The NVMe drive {{ $labels.device }} of {{ $labels.node }} is {{ $labels.state }}",
    description: "Its controller does not work as it should for {for}: resetting, dead or about to be removed.",
    applies,
  },
  NodeNvmeWorn: {
    severity: "ticket",
    kind: "cause",
    for: "1h",
    threshold: { value: 0.9, unit: "ratio" },
    identity: ["node", "device"],
    expression: ({ threshold }) => `nvme_percentage_used_ratio > ${threshold}`,
    summary: "{{ $value | humanizePercentage }} of the life of {{ $labels.device }} of {{ $labels.node }} is used up",
    description: "More than {threshold} of what its maker lets be written. Order another one.",
    applies,
  },
  NodeDiskFailing: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: ["node", "disk"],
    expression: () => "smartmon_device_smart_healthy == 0",
    summary: "The drive {{ $labels.disk }} of {{ $labels.node }} says that it fails (SMART)",
    description: "The drive's own verdict is below what its maker allows. Change it before it is gone.",
    applies,
  },
  NodeSmartStale: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    threshold: { value: 7200, unit: "seconds" },
    identity: ["node", "file"],
    expression: ({ threshold }) => `time() - node_textfile_mtime_seconds > ${threshold}`,
    summary: "{{ $labels.file }} of {{ $labels.node }} was written {{ $value | humanizeDuration }} ago",
    description: "More than {threshold}: whoever writes it has stopped, and a drive that fails would not be seen.",
    applies,
  },
  NodeHardwareFault: {
    severity: "ticket",
    kind: "cause",
    for: "5m",
    identity: ["node", "name", "id"],
    expression: () =>
      ["sensor", "temperature", "fan_speed", "power", "voltage", "current"]
        .map((kind) => `ipmi_${kind}_state > 1`)
        .join(" or "),
    summary: "{{ $labels.name }} (sensor {{ $labels.id }}) of {{ $labels.node }} is critical",
    description: "The board's controller (IPMI) says so for {for}: a power supply, a fan, a voltage or a temperature.",
    applies,
  },
} satisfies Alerts;
