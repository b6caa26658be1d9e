import type { Measurement, VariantName } from "./variants.ts";

/** Measurements of one variant at one size, one per run. */
export interface Sample {
  readonly variant: VariantName;
  /** Number of services in the catalogue. */
  readonly size: number;
  readonly runs: readonly Measurement[];
}

/** Medians of a sample's runs. */
export interface Figures extends Measurement {
  readonly variant: VariantName;
  readonly size: number;
  readonly objectsPerSecond: number;
}

/** Comparison of two variants at one size: the median over all runs of the ratio within each run. */
export interface Ratio {
  readonly variant: VariantName;
  readonly to: VariantName;
  readonly size: number;
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number;
}

/**
 * The cost of one more object between the two largest sizes, divided by its cost between the two smallest. Start-up
 * time cancels out. 1 is linear; more is worse than linear.
 */
export interface Linearity {
  readonly variant: VariantName;
  readonly wall: number;
  readonly memory: number;
}

/** A performance target, evaluated at the largest measured size. */
export interface Target {
  readonly name: string;
  readonly size: number;
  readonly atMost: number;
  readonly measured: number;
  readonly met: boolean;
}

/** The median of the numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, each) => sum + each, 0) / middle.length;
}

/** Computes the medians of a sample. */
export function figuresOf({ variant, size, runs }: Sample): Figures {
  const of = (key: keyof Measurement) => median(runs.map((run) => run[key]));
  const [objects, wallSeconds] = [of("objects"), of("wallSeconds")];
  return {
    variant,
    size,
    objects,
    wallSeconds,
    cpuSeconds: of("cpuSeconds"),
    memoryMebibytes: of("memoryMebibytes"),
    largestProcessMebibytes: of("largestProcessMebibytes"),
    objectsPerSecond: objects / wallSeconds,
  };
}

/** The comparisons shown in the report. */
const comparisons: readonly (readonly [variant: VariantName, to: VariantName])[] = [
  ["components", "bare-recorder"],
  ["render", "components"],
  ["render", "bare-mocks"],
  ["bare-recorder", "bare-mocks"],
  ["render", "cdk8s"],
  ["render", "helm"],
];

/** Ratios at each size for all comparisons of which both variants were measured. */
export function ratiosOf(samples: readonly Sample[]): Ratio[] {
  return samples.flatMap((sample) =>
    comparisons.flatMap(([variant, to]) => {
      if (sample.variant !== variant) return [];
      const other = samples.find((each) => each.variant === to && each.size === sample.size);
      if (other === undefined) return [];
      const of = (key: keyof Measurement) =>
        median(
          sample.runs.flatMap((run, index) => {
            const beside = other.runs[index];
            return beside === undefined ? [] : [run[key] / beside[key]];
          }),
        );
      const [wall, cpu, memory] = [of("wallSeconds"), of("cpuSeconds"), of("memoryMebibytes")];
      return [{ variant, to, size: sample.size, wall, cpu, memory }];
    }),
  );
}

/** Linearity of each variant that was measured at three or more sizes. */
export function linearityOf(figures: readonly Figures[]): Linearity[] {
  return [...Map.groupBy(figures, ({ variant }) => variant)].flatMap(([variant, unsorted]) => {
    const sorted = unsorted.toSorted((a, b) => a.size - b.size);
    const [first, second, beforeLast, last] = [sorted[0], sorted[1], sorted.at(-2), sorted.at(-1)];
    if (sorted.length < 3 || !first || !second || !beforeLast || !last) return [];
    const perObject = (key: keyof Measurement, from: Figures, to: Figures) =>
      (to[key] - from[key]) / (to.objects - from.objects);
    const of = (key: keyof Measurement) => perObject(key, beforeLast, last) / perObject(key, first, second);
    return [{ variant, wall: of("wallSeconds"), memory: of("memoryMebibytes") }];
  });
}

/** The project's performance targets, as far as they were measured. */
export function targetsOf(ratios: readonly Ratio[]): Target[] {
  const size = Math.max(...ratios.map((ratio) => ratio.size));
  const target = (variant: VariantName, to: VariantName, key: "wall" | "memory", atMost: number, name: string) => {
    const found = ratios.find((ratio) => ratio.size === size && ratio.variant === variant && ratio.to === to);
    return found === undefined ? [] : [{ name, size, atMost, measured: found[key], met: found[key] <= atMost }];
  };
  return [
    ...target("components", "bare-recorder", "wall", 1.05, "time of the components, relative to the bare program"),
    ...target("render", "bare-mocks", "wall", 0.5, "time of render, to the bare program's through setMocks"),
    ...target("render", "bare-mocks", "memory", 0.5, "memory of render, to the bare program's through setMocks"),
  ];
}
