import type { Panel } from "./panel.ts";

/** Series of the node that one looks at. */
export const node = 'job="node-exporter", node="$node"';
/** What is mounted from a disk: no memory, no image of a package, no container's layers. */
export const mounted = `${node}, fstype!~"tmpfs|ramfs|squashfs|overlay|iso9660|nsfs"`;
/** Disks as the kernel sees them, not their parts, and no loop devices. */
export const disk = `${node}, device=~"sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme[0-9]+n[0-9]+|md[0-9]+|dm-[0-9]+"`;
/** Network cards and bonds, not the ends of pods' own networks. */
export const card = `${node}, device!~"lo|veth.+|cali.+|lxc.+|cni.+|flannel.+|vxlan.+|tunl.+|nodelocaldns|kube-ipvs.+|docker.+"`;

/** Who works, who waits, and what memory holds. */
export const cpuAndMemory: Panel[] = [
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

/** Space, inodes, and what disks carry. */
export const fileSystemsAndDisks: Panel[] = [
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

/** How busy disks are, and what the network carries, damages and drops. */
export const disksAndNetwork: Panel[] = [
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
