/** The value of a Kubernetes quantity in its base unit (cores, bytes), without rounding: `numerator / denominator`. */
export interface ExactQuantity {
  readonly numerator: bigint;
  /** Above zero. */
  readonly denominator: bigint;
}

/** Powers of ten and of two of the suffixes that a quantity may carry (apimachinery, `resource.Quantity`). */
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * Parses a Kubernetes quantity in every notation of the API server: `200m`, `0.5`, `1e3`, `129M`, `64Gi`. Undefined where
 * the text is no quantity.
 */
export function parseQuantity(text: string): ExactQuantity | undefined {
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

/**
 * The value of a quantity in its base unit, as the nearest number.
 * @throws RangeError where the text is no quantity.
 */
export function quantity(text: string): number {
  const { numerator, denominator } = exactly(text);
  return Number(numerator / denominator) + Number(numerator % denominator) / Number(denominator);
}

/**
 * Compares two quantities exactly: negative where the first is the smaller, 0 where both are the same (`0.2` and `200m`).
 * @throws RangeError where one of the texts is no quantity.
 */
export function compareQuantities(one: string, other: string): number {
  const [a, b] = [exactly(one), exactly(other)];
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Cores as a Kubernetes quantity, in whole cores where possible, else in millicores, rounded up. */
export function formatCpu(cores: number): string {
  const millicores = Math.ceil(Math.round(cores * 1e6) / 1e3);
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** Bytes as a Kubernetes quantity in whole mebibytes, rounded up; in gibibytes where that is exact. */
export function formatBytes(bytes: number): string {
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return mebibytes !== 0 && mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

/** Mebibytes of a quantity in bytes, not rounded. */
export function mebibytes(text: string): number {
  return quantity(text) / 2 ** 20;
}

function exactly(text: string): ExactQuantity {
  const value = parseQuantity(text);
  if (value === undefined) throw new RangeError(`"${text}" is not a Kubernetes quantity`);
  return value;
}
