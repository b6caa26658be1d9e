import { compareQuantities, parseQuantity } from "../../../components/kubernetes/index.ts";
import type { ByteQuantity, CpuQuantity } from "../../../components/microservice.ts";

/** Whether two texts are the same quantity: `0.2` and `200m`, `1024Mi` and `1Gi`. What is no quantity is the same as nothing. */
export function sameQuantity(one: string, other: string): boolean {
  return isQuantity(one) && isQuantity(other) && compareQuantities(one, other) === 0;
}

/** Whether the first quantity is the smaller. What is no quantity is not. */
export function isLess(one: string, other: string): boolean {
  return isQuantity(one) && isQuantity(other) && compareQuantities(one, other) < 0;
}

/** Whether Kubernetes takes the text for a quantity. */
export function isQuantity(text: string): boolean {
  return parseQuantity(text) !== undefined;
}

/** Whether a quantity is above zero. */
export function isAboveZero(text: string): boolean {
  return isLess("0", text);
}

/** CPU as this project writes it: whole cores or millicores, `0.2` -> `200m`. Less than a millicore is rounded up, as Kubernetes does. */
export function cpuText(text: string): CpuQuantity {
  const millicores = Number(roundedUp(text, 1000n));
  return millicores % 1000 === 0 ? `${millicores / 1000}` : `${millicores}m`;
}

/**
 * Bytes in binary units: as they stand where they do already, else in the largest unit of which they are a whole number,
 * else in Ki with a fraction, exact up to gigabytes; beyond, where so many digits mean nothing, in whole Ki, rounded up.
 */
export function bytesText(text: string): ByteQuantity {
  const stated = /^(\d+(?:\.\d+)?)([KMGT]i)$/.exec(text);
  if (stated !== null) return `${Number(stated[1])}${unitOf(stated[2])}`;
  const bytes = roundedUp(text, 1n);
  for (const unit of ["Ti", "Gi", "Mi", "Ki"] as const) {
    const { numerator: size } = parseQuantity(`1${unit}`) ?? { numerator: 1n };
    if (bytes % size === 0n) return `${Number(bytes / size)}${unit}`;
  }
  const exact: ByteQuantity = `${Number(bytes) / 1024}Ki`;
  return compareQuantities(exact, String(bytes)) === 0 ? exact : `${Number((bytes + 1023n) / 1024n)}Ki`;
}

function unitOf(suffix: string | undefined): "Ki" | "Mi" | "Gi" | "Ti" {
  return suffix === "Ki" || suffix === "Mi" || suffix === "Gi" ? suffix : "Ti";
}

function roundedUp(text: string, factor: bigint): bigint {
  const { numerator, denominator } = parseQuantity(text) ?? { numerator: 0n, denominator: 1n };
  return (numerator * factor + denominator - 1n) / denominator;
}
