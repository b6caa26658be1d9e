import type { DashboardPlan, Panel } from "./panel.ts";

const node = 'job="node-exporter", node="$node"';
/** What is mounted from a disk: no memory, no image of a package, no container's layers. */
const mounted = `${node}, fstype!~"tmpfs|ramfs|squashfs|overlay|iso9660|nsfs"`;
/** Disks as the kernel sees them, not their parts, and no loop devices. */
const disk = `${node}, device=~"sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme[0-9]+n[0-9]+|md[0-9]+|dm-[0-9]+"`;
/** Network cards and bonds, not the ends of pods' own networks. */
const card = `${node}, device!~"lo|veth.+|cali.+|lxc.+|cni.+|flannel.+|vxlan.+|tunl.+|nodelocaldns|kube-ipvs.+|docker.+"`;

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
      { height: 4, panels: hasMetal ? [...hardware, clock, handles(6)] : [{ ...clock, width: 12 }, handles(12)] },
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

const cpuAndMemory: Panel[] = [
  {
    kind: "timeseries",
    title: "CPU by what it does",
    description:
      "Share of all cores. iowait: idle, and a disk is awaited. steal: the host of this VM gave its time to others. softirq: mostly network packets.",
    unit: "percentunit",
    width: 6,
    stacked: true,
    max: 1,
    queries: [
      {
        expr: `sum by (mode) (rate(node_cpu_seconds_total{${node}, mode!="idle"}[$__rate_interval])) / scalar(count(node_cpu_seconds_total{${node}, mode="idle"}))`,
        legend: "{{mode}}",
      },
    ],
  },
  {
    kind: "timeseries",
    title: "CPU load and pressure",
    description:
      "Load: processes that run or wait, for each core; above 1 somebody waits. Pressure: share of time in which a process had work and no core.",
    unit: "percentunit",
    width: 6,
    queries: [
      {
        expr: `node_load1{${node}} / scalar(count(node_cpu_seconds_total{${node}, mode="idle"}))`,
        legend: "load a core",
      },
      { expr: `rate(node_pressure_cpu_waiting_seconds_total{${node}}[$__rate_interval])`, legend: "pressure" },
    ],
    limits: { warning: 1, critical: 2 },
  },
  {
    kind: "timeseries",
    title: "Memory",
    description: "What programs hold, and what the kernel caches of files, which it gives back when it is asked for.",
    unit: "bytes",
    width: 6,
    stacked: true,
    queries: [
      {
        expr: `node_memory_MemTotal_bytes{${node}} - node_memory_MemAvailable_bytes{${node}}`,
        legend: "programs",
      },
      { expr: `node_memory_MemAvailable_bytes{${node}} - node_memory_MemFree_bytes{${node}}`, legend: "caches" },
      { expr: `node_memory_MemFree_bytes{${node}}`, legend: "free" },
    ],
  },
  {
    kind: "timeseries",
    title: "Memory pressure and page faults",
    description:
      "Pressure: share of time in which a process waited for memory. Major faults, in thousands a second: pages read from disk. OOM kills: each one is a program that the kernel ended.",
    unit: "short",
    width: 6,
    queries: [
      { expr: `rate(node_pressure_memory_waiting_seconds_total{${node}}[$__rate_interval])`, legend: "pressure" },
      { expr: `rate(node_vmstat_pgmajfault{${node}}[$__rate_interval]) / 1000`, legend: "1000 major faults/s" },
      { expr: `increase(node_vmstat_oom_kill{${node}}[$__rate_interval])`, legend: "OOM kills" },
    ],
  },
];

const fileSystemsAndDisks: Panel[] = [
  {
    kind: "timeseries",
    title: "File systems used",
    description: "Share of space used, for each mount point of a disk.",
    unit: "percentunit",
    width: 6,
    max: 1,
    queries: [
      {
        expr: `1 - node_filesystem_avail_bytes{${mounted}} / node_filesystem_size_bytes{${mounted}}`,
        legend: "{{mountpoint}}",
      },
    ],
    limits: { warning: 0.85, critical: 0.97 },
  },
  {
    kind: "timeseries",
    title: "Inodes used",
    description:
      "Share of the number of files that each file system can hold. One that is full takes no new file, with space left.",
    unit: "percentunit",
    width: 6,
    max: 1,
    queries: [
      {
        expr: `1 - node_filesystem_files_free{${mounted}} / (node_filesystem_files{${mounted}} > 0)`,
        legend: "{{mountpoint}}",
      },
    ],
    limits: { warning: 0.85, critical: 0.97 },
  },
  {
    kind: "timeseries",
    title: "Disk throughput",
    description: "Bytes a second that each disk reads and writes.",
    unit: "binBps",
    width: 6,
    queries: [
      { expr: `rate(node_disk_read_bytes_total{${disk}}[$__rate_interval])`, legend: "{{device}} read" },
      { expr: `rate(node_disk_written_bytes_total{${disk}}[$__rate_interval])`, legend: "{{device}} written" },
    ],
  },
  {
    kind: "timeseries",
    title: "Disk latency",
    description:
      "Mean time of a request. SSD and NVMe: below 2 ms; turning disks: below 20 ms. etcd needs writes below 10 ms.",
    unit: "s",
    width: 6,
    queries: [
      {
        expr: `rate(node_disk_read_time_seconds_total{${disk}}[$__rate_interval]) / (rate(node_disk_reads_completed_total{${disk}}[$__rate_interval]) > 0)`,
        legend: "{{device}} read",
      },
      {
        expr: `rate(node_disk_write_time_seconds_total{${disk}}[$__rate_interval]) / (rate(node_disk_writes_completed_total{${disk}}[$__rate_interval]) > 0)`,
        legend: "{{device}} write",
      },
    ],
  },
];

const disksAndNetwork: Panel[] = [
  {
    kind: "timeseries",
    title: "Disks busy, I/O pressure",
    description:
      "Busy: share of time with a request in the disk. Pressure: share of time in which a process waited for a disk.",
    unit: "percentunit",
    width: 6,
    max: 1,
    queries: [
      { expr: `rate(node_disk_io_time_seconds_total{${disk}}[$__rate_interval])`, legend: "{{device}}" },
      { expr: `rate(node_pressure_io_waiting_seconds_total{${node}}[$__rate_interval])`, legend: "pressure" },
    ],
  },
  {
    kind: "timeseries",
    title: "Network traffic",
    description: "Bits a second in and out of each card and bond.",
    unit: "bps",
    width: 6,
    queries: [
      { expr: `8 * rate(node_network_receive_bytes_total{${card}}[$__rate_interval])`, legend: "{{device}} in" },
      { expr: `8 * rate(node_network_transmit_bytes_total{${card}}[$__rate_interval])`, legend: "{{device}} out" },
    ],
  },
  {
    kind: "timeseries",
    title: "Network errors and drops",
    description: "Packets a second that were damaged (cable, transceiver, card) or dropped (queue full).",
    unit: "pps",
    width: 6,
    queries: [
      {
        expr: `rate(node_network_receive_errs_total{${card}}[$__rate_interval]) + rate(node_network_transmit_errs_total{${card}}[$__rate_interval])`,
        legend: "{{device}} errors",
      },
      {
        expr: `rate(node_network_receive_drop_total{${card}}[$__rate_interval]) + rate(node_network_transmit_drop_total{${card}}[$__rate_interval])`,
        legend: "{{device}} drops",
      },
    ],
  },
  {
    kind: "timeseries",
    title: "Connections",
    description:
      "Conntrack: share of the table that holds each connection; full, it drops new ones. Retransmits: share of TCP segments sent again.",
    unit: "percentunit",
    width: 6,
    queries: [
      {
        expr: `node_nf_conntrack_entries{${node}} / node_nf_conntrack_entries_limit{${node}}`,
        legend: "conntrack",
      },
      {
        expr: `rate(node_netstat_Tcp_RetransSegs{${node}}[$__rate_interval]) / rate(node_netstat_Tcp_OutSegs{${node}}[$__rate_interval])`,
        legend: "retransmits",
      },
    ],
    limits: { warning: 0.75, critical: 0.9 },
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
    queries: [{ expr: `node_hwmon_temp_celsius{${node}}`, legend: "{{chip}} {{sensor}}" }],
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

const clock: Panel = {
  kind: "timeseries",
  title: "Clock",
  description: "How far the machine's clock is from its time servers. Certificates, logs and etcd need it near 0.",
  unit: "s",
  width: 6,
  min: -0.05,
  queries: [{ expr: `node_timex_offset_seconds{${node}}`, legend: "offset" }],
};

function handles(width: number): Panel {
  return {
    kind: "timeseries",
    title: "File descriptors, blocked processes",
    description:
      "Open files of all programs, as a share of the kernel's limit. Blocked: processes that wait for a disk and cannot be ended.",
    unit: "short",
    width,
    queries: [
      { expr: `node_filefd_allocated{${node}} / node_filefd_maximum{${node}}`, legend: "share of descriptors" },
      { expr: `node_procs_blocked{${node}}`, legend: "blocked processes" },
    ],
  };
}
