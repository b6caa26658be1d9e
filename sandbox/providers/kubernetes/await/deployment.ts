import { isSame, numberAt, type Properties, propertiesAt } from "../../protocol/values.ts";
import { conditionOf, failed, type Readiness, ready, waiting } from "./readiness.ts";

/**
 * Whether a Deployment is rolled out, by the same rule as `kubectl rollout status`.
 *
 * @param before the Deployment as returned by the apply. A progress deadline that had already been exceeded then
 *   belongs to an earlier attempt, which may succeed now that there is room. Default: there was no earlier attempt.
 */
export function rolloutOf(deployment: Properties, before: Properties = {}): Readiness {
  const spec = propertiesAt(deployment, "spec");
  // A paused Deployment is not rolled out until it is resumed.
  if (spec["paused"] === true) return ready;
  const count = (field: string) => numberAt(deployment, "status", field) ?? 0;
  const generation = numberAt(deployment, "metadata", "generation") ?? 0;
  if (count("observedGeneration") < generation) return waiting("not yet seen by the controller");
  const progressing = conditionOf(deployment, "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded") {
    const isEarlier = isSame({ ...progressing }, { ...conditionOf(before, "Progressing") });
    return isEarlier ? waiting(`${progressing.message} Waiting for it to go on.`) : failed(progressing.message);
  }
  const wanted = numberAt(spec, "replicas") ?? 1;
  const [updated, available] = [count("updatedReplicas"), count("availableReplicas")];
  const refusal = conditionOf(deployment, "ReplicaFailure");
  const because = refusal?.status === "True" ? ` (${refusal.message})` : "";
  if (updated < wanted) return waiting(`${updated} of ${wanted} replicas updated${because}`);
  const old = count("replicas") - updated;
  if (old > 0) return waiting(`${old} old replica${old === 1 ? "" : "s"} not yet ended`);
  return available < updated ? waiting(`${available} of ${wanted} replicas available${because}`) : ready;
}
