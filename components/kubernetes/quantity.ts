/** Multipliers of the suffixes that a Kubernetes quantity may carry (apimachinery, `resource.Quantity`). */
const multipliers: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const quantityPattern = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * The value of a Kubernetes quantity in its base unit (cores, bytes), or undefined where the text is no quantity.
 * Every notation of the API server is read: `200m`, `0.5`, `1e3`, `129M`, `64Gi`.
 */
export function parseQuantity(text: string): number | undefined {
  const match = quantityPattern.exec(text);
  if (match === null) return undefined;
  const [, number, exponent, suffix = ""] = match;
  return Number(number) * (exponent === undefined ? (multipliers[suffix] ?? Number.NaN) : 10 ** Number(exponent));
}

/** {@link parseQuantity} for text that validation has accepted already. @throws RangeError where it is no quantity. */
export function quantity(text: string): number {
  const value = parseQuantity(text);
  if (value === undefined) throw new RangeError(`"${text}" is not a Kubernetes quantity`);
  return value;
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
