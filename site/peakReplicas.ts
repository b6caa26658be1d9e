import { z } from "zod";
import { dnsLabel } from "../components/kubernetes/index.ts";

const replicasRule = "must be a whole number of replicas from 1 to 200";
const replicas = z.record(dnsLabel, z.int(replicasRule).min(1, replicasRule).max(200, replicasRule));

/** What a peak of `calendar.yaml` may say of services' replicas. */
export const peakReplicas = { minReplicas: replicas.exactOptional(), maxReplicas: replicas.exactOptional() };
