import { getBorderCharacters, table } from "table";
import type { DeploymentSample } from "./deployments.ts";

/** Maximum time of the components, relative to the same objects without components. */
const atMost = 1.1;

/** Results of the sandbox benchmark, as written to the JSON file. */
export interface DeploymentBenchReport {
  readonly samples: readonly DeploymentSample[];
  /** Wall time of the components, relative to the bare program's. */
  readonly ratios: readonly { readonly size: number; readonly operation: string; readonly wall: number }[];
  /**
   * The cost of one more service between the two largest sizes, divided by its cost between the two smallest; 1 is
   * linear. The bare program's value is given for comparison, because the engine's file backend is not linear itself:
   * it writes the whole state at each step of an update.
   */
  readonly linearity: readonly {
    readonly program: DeploymentSample["program"];
    readonly operation: string;
    readonly wall: number;
    readonly memory: number;
  }[];
}

/** Compares the programs with each other at each size, and the sizes of each program. */
export function reportDeployments(samples: readonly DeploymentSample[]): DeploymentBenchReport {
  const ours = samples.filter(({ program }) => program === "components");
  const ratios = ours.flatMap(({ size, operation, wallSeconds }) => {
    const bare = samples.find(
      (each) => each.program !== "components" && each.size === size && each.operation === operation,
    );
    return bare === undefined ? [] : [{ size, operation, wall: wallSeconds / bare.wallSeconds }];
  });
  const grouped = Map.groupBy(samples, ({ operation, program }) => `${operation}: ${program}`);
  const linearity = [...grouped.values()].flatMap((unsorted) => {
    const sorted = unsorted.toSorted((a, b) => a.size - b.size);
    const [first, second, beforeLast, last] = [sorted[0], sorted[1], sorted.at(-2), sorted.at(-1)];
    if (sorted.length < 3 || !first || !second || !beforeLast || !last) return [];
    const slope = (key: "wallSeconds" | "memoryMebibytes") =>
      (last[key] - beforeLast[key]) /
      (last.size - beforeLast.size) /
      ((second[key] - first[key]) / (second.size - first.size));
    const { operation, program } = first;
    return [{ program, operation, wall: slope("wallSeconds"), memory: slope("memoryMebibytes") }];
  });
  return { samples, ratios, linearity };
}

/** Whether the components stay within the target in every operation on every catalogue. */
export function meetsTarget({ ratios }: DeploymentBenchReport): boolean {
  return ratios.every(({ wall }) => wall <= atMost);
}

/** Formats the report as tables. */
export function formatDeployments({ samples, ratios, linearity }: DeploymentBenchReport): string {
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const rows = samples.map(({ size, operation, program, resources, wallSeconds, cpuSeconds, memoryMebibytes }) => [
    String(size),
    operation,
    program,
    String(resources),
    seconds(wallSeconds),
    seconds(cpuSeconds.program),
    seconds(cpuSeconds.engine),
    seconds(cpuSeconds.providers),
    seconds(cpuSeconds.apiServer),
    `${Math.round(memoryMebibytes)} MiB`,
  ]);
  const head = [
    "services",
    "",
    "",
    "resources",
    "wall",
    "CPU program",
    "engine",
    "providers",
    "API server",
    "peak memory",
  ];
  return [
    draw([head, ...rows], 3),
    draw(
      [
        ["services", `components / bare program (at most ${atMost})`, "wall"],
        ...ratios.map((each) => [String(each.size), each.operation, each.wall.toFixed(2)]),
      ],
      2,
    ),
    ...(linearity.length === 0
      ? []
      : [
          draw(
            [
              ["linearity (1 is linear)", "", "wall", "peak memory"],
              ...linearity.map((each) => [each.operation, each.program, each.wall.toFixed(2), each.memory.toFixed(2)]),
            ],
            2,
          ),
        ]),
  ].join("\n");
}

function draw(rows: readonly (readonly string[])[], textColumns: number): string {
  return table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters("void"),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      columns: (rows[0] ?? []).map((_, index) => ({ alignment: index < textColumns ? "left" : "right" })),
      drawHorizontalLine: () => false,
    },
  );
}
