import type { nodeAlerts } from "../../../components/monitoring/rules/nodes.ts";
import type { Cases } from "./alertCase.ts";

const root = 'node="worker1",device="/dev/sda1",fstype="ext4",mountpoint="/"';
const link = 'node="worker1",device="eno1"';
const rootLabels = { node: "worker1", device: "/dev/sda1", fstype: "ext4", mountpoint: "/" };
const linkLabels = { node: "worker1", device: "eno1" };
const node = { node: "worker1" };

export const nodeCases: Cases<typeof nodeAlerts> = {
  NodeCpuBusy: {
    fires: {
      'node_cpu_seconds_total{node="worker1",cpu="0",mode="idle"}': "0+3x60",
      'node_cpu_seconds_total{node="worker1",cpu="0",mode="user"}': "0+57x60",
    },
    at: "16m",
    labels: node,
    summary: "The processors of worker1 are 95% in use",
    // A processor that waits for a disk could do something else.
    silent: {
      'node_cpu_seconds_total{node="worker1",cpu="0",mode="idle"}': "0+3x60",
      'node_cpu_seconds_total{node="worker1",cpu="0",mode="iowait"}': "0+57x60",
    },
  },
  NodeCpuPressure: {
    fires: { 'node_pressure_cpu_waiting_seconds_total{node="worker1"}': "0+45x60" },
    at: "19m",
    labels: node,
    summary: "On worker1 tasks wait for a processor 75% of the time",
    silent: { 'node_pressure_cpu_waiting_seconds_total{node="worker1"}': "0+30x60" },
  },
  NodeLoadHigh: {
    fires: {
      'node_load1{node="worker1"}': "5x60",
      'node_cpu_seconds_total{node="worker1",cpu="0",mode="idle"}': "0+3x60",
      'node_cpu_seconds_total{node="worker1",cpu="1",mode="idle"}': "0+3x60",
    },
    at: "15m",
    labels: node,
    summary: "The load of worker1 is 2.5 a core",
    silent: {
      'node_load1{node="worker1"}': "3x60",
      'node_cpu_seconds_total{node="worker1",cpu="0",mode="idle"}': "0+3x60",
      'node_cpu_seconds_total{node="worker1",cpu="1",mode="idle"}': "0+3x60",
    },
  },
  NodeCpuStolen: {
    fires: { 'node_cpu_seconds_total{node="control1",cpu="0",mode="steal"}': "0+12x60" },
    at: "18m",
    labels: { node: "control1" },
    summary: "control1 lacks 20% of its processor time",
    silent: { 'node_cpu_seconds_total{node="control1",cpu="0",mode="steal"}': "0+3x60" },
  },
  NodeMemoryUsed: {
    fires: {
      'node_memory_MemAvailable_bytes{node="worker1"}': "5x60",
      'node_memory_MemTotal_bytes{node="worker1"}': "100x60",
    },
    at: "15m",
    labels: node,
    summary: "95% of the memory of worker1 is in use",
    silent: {
      'node_memory_MemAvailable_bytes{node="worker1"}': "20x60",
      'node_memory_MemTotal_bytes{node="worker1"}': "100x60",
    },
  },
  NodeMemoryPressure: {
    fires: { 'node_pressure_memory_waiting_seconds_total{node="worker1"}': "0+15x60" },
    at: "13m",
    labels: node,
    summary: "On worker1 tasks wait for memory 25% of the time",
    silent: { 'node_pressure_memory_waiting_seconds_total{node="worker1"}': "0+3x60" },
  },
  NodeMajorPageFaults: {
    fires: { 'node_vmstat_pgmajfault{node="worker1"}': "0+36000x60" },
    at: "20m",
    labels: node,
    summary: "worker1 reads 600 pages a second from disk",
    silent: { 'node_vmstat_pgmajfault{node="worker1"}': "0+6000x60" },
  },
  NodeOutOfMemoryKill: {
    fires: { 'node_vmstat_oom_kill{node="worker1"}': "3x20 4x40" },
    at: "21m",
    labels: node,
    summary: "The kernel of worker1 has killed 1 processes for want of memory",
    silent: { 'node_vmstat_oom_kill{node="worker1"}': "3x60" },
  },
  NodeSwapping: {
    fires: {
      'node_vmstat_pswpin{node="worker1"}': "0+6000x60",
      'node_vmstat_pswpout{node="worker1"}': "0+6000x60",
    },
    at: "18m",
    labels: node,
    summary: "worker1 swaps 200 pages a second",
    silent: {
      'node_vmstat_pswpin{node="worker1"}': "0+600x60",
      'node_vmstat_pswpout{node="worker1"}': "0+600x60",
    },
  },
  NodeFilesystemFillingIn24Hours: {
    fires: {
      [`node_filesystem_avail_bytes{${root}}`]: "400-0.5x200",
      [`node_filesystem_size_bytes{${root}}`]: "1000x200",
      [`node_filesystem_readonly{${root}}`]: "0x200",
    },
    at: "61m",
    labels: rootLabels,
    summary: "/ of worker1 will be full within 24 hours; 36.95% is free",
    // As little is free, and it does not shrink.
    silent: {
      [`node_filesystem_avail_bytes{${root}}`]: "370x200",
      [`node_filesystem_size_bytes{${root}}`]: "1000x200",
      [`node_filesystem_readonly{${root}}`]: "0x200",
    },
  },
  NodeFilesystemFillingIn4Hours: {
    fires: {
      [`node_filesystem_avail_bytes{${root}}`]: "130-1x100",
      [`node_filesystem_size_bytes{${root}}`]: "1000x100",
      [`node_filesystem_readonly{${root}}`]: "0x100",
    },
    at: "41m",
    labels: rootLabels,
    summary: "/ of worker1 will be full within 4 hours; 8.9% is free",
    // The kubelet has begun to remove images, and has time for it.
    silent: {
      [`node_filesystem_avail_bytes{${root}}`]: "150-0.5x100",
      [`node_filesystem_size_bytes{${root}}`]: "1000x100",
      [`node_filesystem_readonly{${root}}`]: "0x100",
    },
  },
  NodeFilesystemAlmostFull: {
    fires: {
      [`node_filesystem_avail_bytes{${root}}`]: "4x60",
      [`node_filesystem_size_bytes{${root}}`]: "100x60",
      [`node_filesystem_readonly{${root}}`]: "0x60",
    },
    at: "30m",
    labels: rootLabels,
    summary: "4% is free in / of worker1",
    // A medium that cannot be written is always full.
    silent: {
      [`node_filesystem_avail_bytes{${root}}`]: "0x60",
      [`node_filesystem_size_bytes{${root}}`]: "100x60",
      [`node_filesystem_readonly{${root}}`]: "1x60",
    },
  },
  NodeFilesystemFull: {
    fires: {
      [`node_filesystem_avail_bytes{${root}}`]: "2x60",
      [`node_filesystem_size_bytes{${root}}`]: "100x60",
      [`node_filesystem_readonly{${root}}`]: "0x60",
    },
    at: "15m",
    labels: rootLabels,
    summary: "Only 2% is free in / of worker1",
    silent: {
      [`node_filesystem_avail_bytes{${root}}`]: "4x60",
      [`node_filesystem_size_bytes{${root}}`]: "100x60",
      [`node_filesystem_readonly{${root}}`]: "0x60",
    },
  },
  NodeInodesAlmostGone: {
    fires: {
      [`node_filesystem_files_free{${root}}`]: "4x80",
      [`node_filesystem_files{${root}}`]: "100x80",
      [`node_filesystem_readonly{${root}}`]: "0x80",
    },
    at: "60m",
    labels: rootLabels,
    summary: "4% of the inodes are free in / of worker1",
    // Some file systems, such as btrfs, have no fixed number of inodes and say 0.
    silent: {
      [`node_filesystem_files_free{${root}}`]: "0x80",
      [`node_filesystem_files{${root}}`]: "0x80",
      [`node_filesystem_readonly{${root}}`]: "0x80",
    },
  },
  NodeFilesystemReadOnly: {
    fires: { [`node_filesystem_readonly{${root}}`]: "0x10 1x20" },
    at: "16m",
    labels: rootLabels,
    summary: "/ of worker1 has become read-only",
    silent: { [`node_filesystem_readonly{${root}}`]: "1x60" },
  },
  NodeFilesystemUnreadable: {
    fires: { [`node_filesystem_device_error{${root}}`]: "1x60" },
    at: "15m",
    labels: rootLabels,
    summary: "/ of worker1 cannot be read",
    // The volume of a pod is the pod's matter.
    silent: {
      'node_filesystem_device_error{node="worker1",device="nfs:/x",fstype="nfs4",mountpoint="/var/lib/kubelet/pods/1/x"}':
        "1x60",
    },
  },
  NodeDiskSlow: {
    fires: {
      'node_disk_read_time_seconds_total{node="worker1",device="sda"}': "0+6x60",
      'node_disk_write_time_seconds_total{node="worker1",device="sda"}': "0+6x60",
      'node_disk_reads_completed_total{node="worker1",device="sda"}': "0+30x60",
      'node_disk_writes_completed_total{node="worker1",device="sda"}': "0+30x60",
    },
    at: "16m",
    labels: { node: "worker1", device: "sda" },
    summary: "sda of worker1 takes 200ms for a request",
    // Nobody asks anything of it.
    silent: {
      'node_disk_read_time_seconds_total{node="worker1",device="sda"}': "6x60",
      'node_disk_write_time_seconds_total{node="worker1",device="sda"}': "6x60",
      'node_disk_reads_completed_total{node="worker1",device="sda"}': "30x60",
      'node_disk_writes_completed_total{node="worker1",device="sda"}': "30x60",
    },
  },
  NodeDiskSaturated: {
    fires: { 'node_disk_io_time_weighted_seconds_total{node="worker1",device="sda"}': "0+1200x60" },
    at: "33m",
    labels: { node: "worker1", device: "sda" },
    summary: "20 requests wait for sda of worker1",
    silent: { 'node_disk_io_time_weighted_seconds_total{node="worker1",device="sda"}': "0+60x60" },
  },
  NodeIoPressure: {
    fires: { 'node_pressure_io_waiting_seconds_total{node="worker1"}': "0+45x60" },
    at: "19m",
    labels: node,
    summary: "On worker1 tasks wait for disks 75% of the time",
    silent: { 'node_pressure_io_waiting_seconds_total{node="worker1"}': "0+15x60" },
  },
  NodeTasksHung: {
    fires: { 'node_kernel_hung_tasks_total{node="worker1"}': "0x20 1x40" },
    at: "21m",
    labels: node,
    summary: "1 tasks of worker1 have been stuck for minutes",
    silent: { 'node_kernel_hung_tasks_total{node="worker1"}': "7x60" },
  },
  NodeRaidDegraded: {
    fires: {
      'node_md_disks_required{node="worker1",device="md0"}': "2x60",
      'node_md_disks{node="worker1",device="md0",state="active"}': "1x60",
    },
    at: "15m",
    labels: { node: "worker1", device: "md0" },
    summary: "The array md0 of worker1 lacks 1 disks",
    silent: {
      'node_md_disks_required{node="worker1",device="md0"}': "2x60",
      'node_md_disks{node="worker1",device="md0",state="active"}': "2x60",
    },
  },
  NodeRaidDiskFailed: {
    fires: { 'node_md_disks{node="worker1",device="md0",state="failed"}': "0x4 1x20" },
    at: "5m",
    labels: { node: "worker1", device: "md0", state: "failed" },
    summary: "1 disks of the array md0 of worker1 have failed",
    silent: { 'node_md_disks{node="worker1",device="md0",state="failed"}': "0x60" },
  },
  NodeNetworkErrors: {
    fires: {
      [`node_network_receive_errs_total{${link}}`]: "0+120x100",
      [`node_network_receive_packets_total{${link}}`]: "0+6000x100",
      [`node_network_transmit_errs_total{${link}}`]: "0x100",
      [`node_network_transmit_packets_total{${link}}`]: "0+6000x100",
    },
    at: "61m",
    labels: { ...linkLabels, direction: "receive" },
    summary: "2% of the packets of eno1 of worker1 have errors (receive)",
    // The end of a pod's link is not the machine's.
    silent: {
      'node_network_receive_errs_total{node="worker1",device="veth12"}': "0+120x100",
      'node_network_receive_packets_total{node="worker1",device="veth12"}': "0+6000x100",
    },
  },
  NodeNetworkDrops: {
    fires: {
      [`node_network_transmit_drop_total{${link}}`]: "0+300x100",
      [`node_network_transmit_packets_total{${link}}`]: "0+6000x100",
    },
    at: "31m",
    labels: { ...linkLabels, direction: "transmit" },
    summary: "5% of the packets of eno1 of worker1 are dropped (transmit)",
    silent: {
      [`node_network_transmit_drop_total{${link}}`]: "0+6x100",
      [`node_network_transmit_packets_total{${link}}`]: "0+6000x100",
    },
  },
  NodeNetworkSaturated: {
    fires: {
      [`node_network_receive_bytes_total{${link}}`]: "0+57000x60",
      [`node_network_transmit_bytes_total{${link}}`]: "0+600x60",
      [`node_network_speed_bytes{${link}}`]: "1000x60",
    },
    at: "20m",
    labels: { ...linkLabels, direction: "receive" },
    summary: "eno1 of worker1 carries 95% of what it can (receive)",
    // A link that is down states a speed below zero.
    silent: {
      [`node_network_receive_bytes_total{${link}}`]: "0+57000x60",
      [`node_network_speed_bytes{${link}}`]: "-125000x60",
    },
  },
  NodeNetworkFlapping: {
    fires: { [`node_network_up{${link}}`]: "1 0 1 0 1 0 1 0 1 0 1" },
    at: "5m",
    labels: linkLabels,
    summary: "eno1 of worker1 went up or down 4 times in 5 minutes",
    silent: { [`node_network_up{${link}}`]: "1 1 0 0 1 1 1 1 1 1 1" },
  },
  NodeBondDegraded: {
    fires: {
      'node_bonding_slaves{node="worker1",master="bond0"}': "2x60",
      'node_bonding_active{node="worker1",master="bond0"}': "1x60",
    },
    at: "5m",
    labels: { node: "worker1", master: "bond0" },
    summary: "1 links of bond0 of worker1 are down",
    silent: {
      'node_bonding_slaves{node="worker1",master="bond0"}': "2x60",
      'node_bonding_active{node="worker1",master="bond0"}': "2x60",
    },
  },
  NodeConntrackAlmostFull: {
    fires: {
      'node_nf_conntrack_entries{node="worker1"}': "80x60",
      'node_nf_conntrack_entries_limit{node="worker1"}': "100x60",
    },
    at: "5m",
    labels: node,
    summary: "The table of connections of worker1 is 80% full",
    silent: {
      'node_nf_conntrack_entries{node="worker1"}': "70x60",
      'node_nf_conntrack_entries_limit{node="worker1"}': "100x60",
    },
  },
  NodeSoftnetDropping: {
    fires: {
      'node_softnet_dropped_total{node="worker1",cpu="0"}': "0+90x60",
      'node_softnet_dropped_total{node="worker1",cpu="1"}': "0+30x60",
    },
    at: "18m",
    labels: node,
    summary: "The kernel of worker1 drops 2 packets a second",
    silent: { 'node_softnet_dropped_total{node="worker1",cpu="0"}': "0+6x60" },
  },
  NodeClockSkewed: {
    fires: { 'node_timex_offset_seconds{node="worker1"}': "-0.1-0.001x60" },
    at: "11m",
    labels: node,
    summary: "The clock of worker1 is off by -111ms",
    // As far off, and on its way back.
    silent: { 'node_timex_offset_seconds{node="worker1"}': "-0.2+0.005x60" },
  },
  NodeClockNotSynchronised: {
    fires: {
      'node_timex_sync_status{node="worker1"}': "0x60",
      'node_timex_maxerror_seconds{node="worker1"}': "16x60",
    },
    at: "10m",
    labels: node,
    summary: "The clock of worker1 follows no time server",
    silent: {
      'node_timex_sync_status{node="worker1"}': "0x60",
      'node_timex_maxerror_seconds{node="worker1"}': "2x60",
    },
  },
  NodeFileDescriptorsAlmostGone: {
    fires: {
      'node_filefd_allocated{node="worker1"}': "75x60",
      'node_filefd_maximum{node="worker1"}': "100x60",
    },
    at: "15m",
    labels: node,
    summary: "75% of the file descriptors of worker1 are in use",
    silent: {
      'node_filefd_allocated{node="worker1"}': "60x60",
      'node_filefd_maximum{node="worker1"}': "100x60",
    },
  },
  NodeFileDescriptorsGone: {
    fires: {
      'node_filefd_allocated{node="worker1"}': "95x60",
      'node_filefd_maximum{node="worker1"}': "100x60",
    },
    at: "5m",
    labels: node,
    summary: "Nearly all file descriptors of worker1 are in use: 95%",
    silent: {
      'node_filefd_allocated{node="worker1"}': "75x60",
      'node_filefd_maximum{node="worker1"}': "100x60",
    },
  },
  NodeMemoryErrors: {
    fires: { 'node_edac_correctable_errors_total{node="worker1",controller="0"}': "0+1x60" },
    at: "11m",
    labels: { node: "worker1", controller: "0" },
    summary: "The memory of worker1 had 11 errors in 24 hours, all corrected (controller 0)",
    silent: { 'node_edac_correctable_errors_total{node="worker1",controller="0"}': "50x60" },
  },
  NodeMemoryErrorsUncorrected: {
    fires: { 'node_edac_uncorrectable_errors_total{node="worker1",controller="0"}': "0x9 1x50" },
    at: "10m",
    labels: { node: "worker1", controller: "0" },
    summary: "The memory of worker1 had 1 errors in 24 hours that could not be corrected (controller 0)",
    silent: { 'node_edac_uncorrectable_errors_total{node="worker1",controller="0"}': "1x60" },
  },
  NodeTemperatureHigh: {
    fires: {
      'node_hwmon_temp_celsius{node="worker1",chip="coretemp",sensor="temp1"}': "97x60",
      'node_hwmon_temp_crit_celsius{node="worker1",chip="coretemp",sensor="temp1"}': "100x60",
    },
    at: "5m",
    labels: { node: "worker1", chip: "coretemp", sensor: "temp1" },
    summary: "temp1 of coretemp in worker1 is at 97 °C",
    // A sensor that states no limit.
    silent: {
      'node_hwmon_temp_celsius{node="worker1",chip="coretemp",sensor="temp1"}': "97x60",
      'node_hwmon_temp_crit_celsius{node="worker1",chip="coretemp",sensor="temp1"}': "0x60",
    },
  },
  NodeCpuThrottledByHeat: {
    fires: { 'node_cpu_package_throttles_total{node="worker1",package="0"}': "0+120x60" },
    at: "11m",
    labels: node,
    summary: "The processors of worker1 run slower because of heat, 2 times a second",
    silent: { 'node_cpu_package_throttles_total{node="worker1",package="0"}': "500x60" },
  },
  NodeNvmeNotLive: {
    fires: { 'node_nvme_info{node="worker1",device="nvme0",state="resetting"}': "1x60" },
    at: "5m",
    labels: { node: "worker1", device: "nvme0", state: "resetting" },
    summary: "The NVMe drive nvme0 of worker1 is resetting",
    silent: { 'node_nvme_info{node="worker1",device="nvme0",state="live"}': "1x60" },
  },
  NodeNvmeWorn: {
    fires: { 'nvme_percentage_used_ratio{node="worker1",device="nvme0n1"}': "0.95x80" },
    at: "60m",
    labels: { node: "worker1", device: "nvme0n1" },
    summary: "95% of the life of nvme0n1 of worker1 is used up",
    silent: { 'nvme_percentage_used_ratio{node="worker1",device="nvme0n1"}': "0.5x80" },
  },
  NodeDiskFailing: {
    fires: { 'smartmon_device_smart_healthy{node="worker1",disk="/dev/sda",type="sat"}': "0x60" },
    at: "5m",
    labels: { node: "worker1", disk: "/dev/sda", type: "sat" },
    summary: "The drive /dev/sda of worker1 says that it fails (SMART)",
    silent: { 'smartmon_device_smart_healthy{node="worker1",disk="/dev/sda",type="sat"}': "1x60" },
  },
  NodeSmartStale: {
    fires: { 'node_textfile_mtime_seconds{node="worker1",file="/textfile/smartmon.prom"}': "0x200" },
    at: "136m",
    labels: { node: "worker1", file: "/textfile/smartmon.prom" },
    summary: "/textfile/smartmon.prom of worker1 was written 2h 16m 0s ago",
    silent: { 'node_textfile_mtime_seconds{node="worker1",file="/textfile/smartmon.prom"}': "0+60x200" },
  },
  NodeHardwareFault: {
    fires: { 'ipmi_fan_speed_state{node="worker1",name="Fan1A",id="12"}': "2x60" },
    at: "5m",
    labels: { node: "worker1", name: "Fan1A", id: "12" },
    summary: "Fan1A (sensor 12) of worker1 is critical",
    silent: { 'ipmi_fan_speed_state{node="worker1",name="Fan1A",id="12"}': "1x60" },
  },
};
