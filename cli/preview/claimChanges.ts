import { compareQuantities, parseQuantity } from "../../components/kubernetes/index.ts";
import { at, type PlainObject } from "../../recorder/registeredResource.ts";

/** Fields of a claim that the API server never lets change (Kubernetes, `ValidatePersistentVolumeClaimUpdate`). */
const fixed = ["accessModes", "storageClassName"] as const;

/**
 * Why the API server will refuse a change of a claim, in words that go on from its name; nothing for other kinds and for changes
 * that it takes.
 */
export function claimChanges(old: PlainObject, current: PlainObject): string[] {
  if (at(current, "kind") !== "PersistentVolumeClaim") return [];
  const size = (claim: PlainObject) => String(at(claim, "spec", "resources", "requests", "storage"));
  const [before, after] = [size(old), size(current)];
  const areSizes = parseQuantity(before) !== undefined && parseQuantity(after) !== undefined;
  const same = (field: string) =>
    JSON.stringify(at(old, "spec", field) ?? null) === JSON.stringify(at(current, "spec", field) ?? null);
  return [
    ...(areSizes && compareQuantities(after, before) < 0
      ? [`cannot shrink from ${before} to ${after}: the API server refuses it; state at least ${before}`]
      : []),
    ...fixed
      .filter((field) => !same(field))
      .map(
        (field) =>
          `cannot change its ${field}: the API server refuses it; use another path for a new claim, and copy the files`,
      ),
  ];
}
