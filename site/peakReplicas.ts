import { z } from "zod";
import { dnsLabel } from "../components/kubernetes/index.ts";

const replicasRule = "must be a whole number of replicas from 1 to 200";
const replicas = z.record(dnsLabel, z.int(replicasRule).min(1, replicasRule).max(200, replicasRule));

/** What a peak of `calendar.yaml` may say of services' replicas. */
export const peakReplicas = { minReplicas: replicas.exactOptional(), maxReplicas: replicas.exactOptional() };

type Replicas = Readonly<Record<string, number>>;

/** Refuses a peak whose fewest replicas of a service are above its most: for that, no catalogue is needed. */
export function checkPeakReplicas(
  { minReplicas = {}, maxReplicas = {} }: { readonly minReplicas?: Replicas; readonly maxReplicas?: Replicas },
  context: z.RefinementCtx,
): void {
  const most = new Map(Object.entries(maxReplicas));
  for (const [service, fewest] of Object.entries(minReplicas)) {
    const limit = most.get(service) ?? fewest;
    if (fewest <= limit) continue;
    const message = `is above the ${limit} that maxReplicas of this peak states; lower it, or raise maxReplicas`;
    context.addIssue({ code: "custom", path: ["minReplicas", service], message });
  }
}
