import type { Alerts } from "./alert.ts";
import { cpuAlerts } from "./nodes/cpu.ts";
import { diskAlerts } from "./nodes/disks.ts";
import { fileSystemAlerts } from "./nodes/fileSystems.ts";
import { hardwareAlerts } from "./nodes/hardware.ts";
import { memoryAlerts } from "./nodes/memory.ts";
import { networkAlerts } from "./nodes/network.ts";
import { systemAlerts } from "./nodes/system.ts";

/** Alerts of machines, from node_exporter: processors, memory, file systems, disks, network, clock and hardware. */
export const nodeAlerts = {
  ...cpuAlerts,
  ...memoryAlerts,
  ...fileSystemAlerts,
  ...diskAlerts,
  ...networkAlerts,
  ...systemAlerts,
  ...hardwareAlerts,
} satisfies Alerts;
