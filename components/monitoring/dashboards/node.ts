import { card, cpuAndMemory, disk, disksAndNetwork, fileSystemsAndDisks, mounted, node } from "./nodeAreas.ts";
import type { DashboardPlan, Panel } from "./panel.ts";

/**
 * One node in the five areas of a bare machine: CPU, file system, memory, I/O, networking. What only hardware has is left
 * out where no node of the site is a physical machine.
 */
export function nodeDashboard(hasMetal: boolean): DashboardPlan {
  return {
    file: "node",
    title: "Node",
    description: "One machine: CPU, memory, file systems, I/O, network and, where it is metal, its hardware.",
    variables: [{ name: "node", label: "Node", series: 'node_uname_info{job="node-exporter"}', values: "node" }],
    annotations: [
      {
        name: "Restarts",
        expr: `max by (node) (node_boot_time_seconds{${node}}) * 1000`,
        title: "The machine started",
      },
    ],
    rows: [
      { height: 3, panels: numbers },
      { height: 5, panels: cpuAndMemory },
      { height: 5, panels: fileSystemsAndDisks },
      { height: 5, panels: disksAndNetwork },
      { height: 4, panels: hasMetal ? [...hardware, ...system(4)] : system(8) },
    ],
  };
}

const numbers: Panel[] = [
  {
    kind: "stat",
    title: "CPU used",
    description: "Share of all cores' time that is spent working: neither idle nor waiting for disks.",
    unit: "percentunit",
    width: 4,
    queries: [
      {
        expr: `1 - sum(rate(node_cpu_seconds_total{${node}, mode=~"idle|iowait"}[$__rate_interval])) / count(node_cpu_seconds_total{${node}, mode="idle"})`,
        legend: "used",
      },
    ],
    limits: { warning: 0.8, critical: 0.9 },
  },
  {
    kind: "stat",
    title: "Memory used",
    description:
      "Share that programs could not get at once: total less MemAvailable. What the kernel caches counts as free.",
    unit: "percentunit",
    width: 4,
    queries: [
      {
        expr: `1 - node_memory_MemAvailable_bytes{${node}} / node_memory_MemTotal_bytes{${node}}`,
        legend: "used",
      },
    ],
    limits: { warning: 0.8, critical: 0.9 },
  },
  {
    kind: "stat",
    title: "Fullest file system",
    description:
      "The highest share of space used. At 85 % the kubelet begins to delete images, at 90 % it evicts pods.",
    unit: "percentunit",
    width: 4,
    queries: [
      {
        expr: `max(1 - node_filesystem_avail_bytes{${mounted}} / node_filesystem_size_bytes{${mounted}})`,
        legend: "used",
      },
    ],
    limits: { warning: 0.8, critical: 0.95 },
  },
  {
    kind: "stat",
    title: "Busiest disk",
    description:
      "Share of time in which the disk had at least one request. NVMe and arrays work in parallel: look at latency, too.",
    unit: "percentunit",
    width: 4,
    queries: [{ expr: `max(rate(node_disk_io_time_seconds_total{${disk}}[$__rate_interval]))`, legend: "busy" }],
    limits: { warning: 0.8, critical: 0.95 },
  },
  {
    kind: "stat",
    title: "Network",
    description: "Bits a second in and out over all cards, bonds and their members counted once.",
    unit: "bps",
    width: 4,
    queries: [
      {
        expr: `8 * max(rate(node_network_receive_bytes_total{${card}}[$__rate_interval]) + rate(node_network_transmit_bytes_total{${card}}[$__rate_interval]))`,
        legend: "traffic of the busiest card",
      },
    ],
  },
  {
    kind: "stat",
    title: "Running since",
    description: "Time since the machine started. A short time that nobody planned is a crash or a power cut.",
    unit: "s",
    width: 4,
    queries: [{ expr: `time() - node_boot_time_seconds{${node}}`, legend: "up" }],
  },
];

const hardware: Panel[] = [
  {
    kind: "timeseries",
    title: "Temperature",
    description:
      "Each sensor that the kernel reads. Compare with the highest that the vendor allows: sensors, ipmitool sdr.",
    unit: "celsius",
    width: 6,
    queries: [{ expr: `max by (chip) (node_hwmon_temp_celsius{${node}})`, legend: "{{chip}}" }],
  },
  {
    kind: "timeseries",
    title: "Arrays and disks at fault",
    description:
      "RAID: disks that failed or that an array lacks. SMART: disks that foretell their failure. ECC: memory errors that could not be mended, in a day.",
    unit: "short",
    width: 6,
    noValue: "none reported",
    queries: [
      {
        expr: `node_md_disks_required{${node}} - on (node, device) node_md_disks{${node}, state="active"}`,
        legend: "{{device}} lacks",
      },
      { expr: `node_md_disks{${node}, state="failed"}`, legend: "{{device}} failed" },
      { expr: `smartmon_device_smart_healthy{${node}} == bool 0`, legend: "{{disk}} SMART" },
      { expr: `sum by (node) (increase(node_edac_uncorrectable_errors_total{${node}}[1d]))`, legend: "ECC" },
    ],
  },
];

/** What a machine has one of, whatever it is made of. */
function system(width: number): Panel[] {
  return [
    {
      kind: "timeseries",
      title: "Clock",
      description: "How far the clock is from its time servers. Certificates, logs and etcd need it near 0.",
      unit: "s",
      width,
      min: -0.05,
      max: 0.05,
      queries: [{ expr: `node_timex_offset_seconds{${node}}`, legend: "offset" }],
    },
    {
      kind: "timeseries",
      title: "File descriptors used",
      description: "Open files and connections of all programs, as a share of the kernel's limit.",
      unit: "percentunit",
      width,
      max: 1,
      queries: [{ expr: `node_filefd_allocated{${node}} / node_filefd_maximum{${node}}`, legend: "used" }],
      limits: { warning: 0.7, critical: 0.9 },
    },
    {
      kind: "timeseries",
      title: "Stuck processes",
      description:
        "Processes that wait for a disk or a file server and cannot be ended. Many for long: what they wait for is dying.",
      unit: "short",
      width,
      queries: [{ expr: `node_procs_blocked{${node}}`, legend: "waiting" }],
    },
  ];
}
