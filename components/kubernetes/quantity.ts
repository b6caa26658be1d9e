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

/**
 * A quantity in the form in which the API server writes it (apimachinery, `Quantity.CanonicalizeBytes`): `1024Mi` -> `1Gi`,
 * `0.5` -> `500m`. So what is rendered does not differ from what is stored, and another notation is no change. A text with a
 * fraction of a byte, such as `0.3Gi`, stays as it is.
 * @throws RangeError where the text is no quantity.
 */
export function canonicalQuantity(text: string): string {
  const { numerator, denominator } = exactly(text);
  const binary = /[KMGTPE]i$/.test(text);
  const whole = numerator % denominator === 0n ? numerator / denominator : undefined;
  // The API server would write thousandths of bytes, which nobody reads.
  if (binary && whole === undefined) return text;
  if (binary && whole !== undefined && magnitude(whole) >= 1024n) {
    return withLargestSuffix(whole, 1024n, ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]);
  }
  // Smaller than a billionth is rounded up.
  const nano = (numerator * 10n ** 9n + denominator - 1n) / denominator;
  return withLargestSuffix(nano, 1000n, ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"]);
}

function withLargestSuffix(value: bigint, base: bigint, suffixes: readonly string[]): string {
  if (value === 0n) return "0";
  let [mantissa, index] = [value, 0];
  while (mantissa % base === 0n && index < suffixes.length - 1) [mantissa, index] = [mantissa / base, index + 1];
  return `${mantissa}${suffixes[index]}`;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Cores as a canonical quantity in whole millicores, rounded up. */
export function formatCpu(cores: number): string {
  return canonicalQuantity(`${Math.ceil(Math.round(cores * 1e6) / 1e3)}m`);
}

/** Bytes as a canonical quantity in whole mebibytes, rounded up. */
export function formatBytes(bytes: number): string {
  return canonicalQuantity(`${Math.ceil(bytes / 2 ** 20)}Mi`);
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
