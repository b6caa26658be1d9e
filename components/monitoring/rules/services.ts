import type { Alerts } from "./alert.ts";
import { jvmAlerts } from "./service/jvm.ts";
import { objectiveAlerts } from "./service/objectives.ts";
import { requestAlerts } from "./service/requests.ts";

/** Alerts of the services of the catalogue, from their own metrics. They go to the service's owner. */
export const serviceAlerts = { ...objectiveAlerts, ...requestAlerts, ...jvmAlerts } satisfies Alerts;
