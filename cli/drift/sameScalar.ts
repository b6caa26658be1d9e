import { compareQuantities, parseQuantity } from "../../components/kubernetes/index.ts";
import type { Plain } from "../../recorder/registeredResource.ts";
import { type FieldPath, stepName } from "./fieldPath.ts";

/** Maps of which every value is a quantity: resources of containers, ResourceQuotas and LimitRanges. */
const quantityMaps = new Set([
  "requests",
  "limits",
  "hard",
  "default",
  "defaultRequest",
  "max",
  "min",
  "maxLimitRequestRatio",
]);

/** Fields whose value is a quantity. */
const quantityFields = new Set(["sizeLimit", "averageValue", "divisor"]);

/** Whether two leaves say the same. Quantities are compared by value: `1024Mi` and `1Gi` are the same. */
export function sameScalar(path: FieldPath, one: Plain, other: Plain): boolean {
  if (one === other) return true;
  if (!isQuantity(path)) return false;
  const [a, b] = [textOf(one), textOf(other)];
  return parseQuantity(a) !== undefined && parseQuantity(b) !== undefined && compareQuantities(a, b) === 0;
}

function isQuantity(path: FieldPath): boolean {
  const names = path.map(stepName);
  const [root = ""] = names;
  if (root !== "spec") return false;
  return quantityFields.has(names.at(-1) ?? "") || quantityMaps.has(names.at(-2) ?? "");
}

function textOf(value: Plain): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
