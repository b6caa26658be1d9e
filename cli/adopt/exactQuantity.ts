import type { ByteQuantity, CpuQuantity } from "../../components/microservice.ts";

/** A number without rounding: `numerator / denominator`. */
interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

/** The exact value of a Kubernetes quantity in any notation, or undefined where Kubernetes would refuse the text. */
export function exactQuantity(text: string): Fraction | undefined {
  const match = text.length <= 64 ? pattern.exec(text) : null;
  if (match === null) return undefined;
  const [, sign, number = "", exponent, suffix = ""] = match;
  const [whole = "", fraction = ""] = number.split(".");
  const digits = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  const shift = binary[suffix];
  const power = (exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent)) - fraction.length;
  return {
    numerator: digits * (power > 0 ? 10n ** BigInt(power) : 1n) * (shift === undefined ? 1n : 1n << shift),
    denominator: power < 0 ? 10n ** BigInt(-power) : 1n,
  };
}

/** Whether two texts are the same quantity: `0.2` and `200m`, `1024Mi` and `1Gi`. */
export function sameQuantity(one: string, two: string): boolean {
  const [a, b] = [exactQuantity(one), exactQuantity(two)];
  return a !== undefined && b !== undefined && a.numerator * b.denominator === b.numerator * a.denominator;
}

/** Whether the first quantity is the smaller. */
export function isLess(one: string, two: string): boolean {
  const [a, b] = [exactQuantity(one), exactQuantity(two)];
  return a !== undefined && b !== undefined && a.numerator * b.denominator < b.numerator * a.denominator;
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
    const size = 1n << (binary[unit] ?? 0n);
    if (bytes % size === 0n) return `${Number(bytes / size)}${unit}`;
  }
  const exact: ByteQuantity = `${Number(bytes) / 1024}Ki`;
  return sameQuantity(exact, String(bytes)) ? exact : `${Number((bytes + 1023n) / 1024n)}Ki`;
}

function unitOf(suffix: string | undefined): "Ki" | "Mi" | "Gi" | "Ti" {
  return suffix === "Ki" || suffix === "Mi" || suffix === "Gi" ? suffix : "Ti";
}

function roundedUp(text: string, factor: bigint): bigint {
  const { numerator, denominator } = exactQuantity(text) ?? { numerator: 0n, denominator: 1n };
  return (numerator * factor + denominator - 1n) / denominator;
}
