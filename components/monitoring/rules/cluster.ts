import type { Alerts } from "./alert.ts";
import { capacityAlerts } from "./cluster/capacity.ts";
import { controlPlaneAlerts } from "./cluster/controlPlane.ts";
import { monitoringAlerts } from "./cluster/monitoring.ts";
import { secretAlerts } from "./cluster/secrets.ts";

/** Alerts of the cluster and what belongs to it: control plane, nodes as Kubernetes sees them, Vault, certificates, and what watches all that. */
export const clusterAlerts = {
  ...controlPlaneAlerts,
  ...capacityAlerts,
  ...secretAlerts,
  ...monitoringAlerts,
} satisfies Alerts;
