import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mebibytes, quantity } from "../../../components/kubernetes/quantity.ts";
import type { Microservice, Resources } from "../../../components/microservice.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { containerOf, deploymentOf, podOf, resolved } from "../../support/fixtures.ts";

/** Resources with that much memory, and a CPU limit where one is given. */
function sized(memory: number, cpu?: number): Resources {
  return {
    requests: { cpu: "100m", memory: `${memory}Mi` },
    ...(cpu === undefined ? {} : { limits: { cpu: `${cpu}` } }),
  };
}

function jvmOf(resources: Resources, jvm: Microservice["jvm"] = {}) {
  return resolved({ resources, jvm }).jvm;
}

function optionsOf(text: string): string[] {
  return text.split(" ");
}

/** The maximum heap that HotSpot makes of its options (`set_heap_size`), in mebibytes; it rounds up to a region or two. */
function hotspotHeap(limit: number, options: readonly string[]): number {
  const percentage = (flag: string, otherwise: number) =>
    Number(options.find((option) => option.startsWith(`-XX:${flag}=`))?.split("=")[1] ?? otherwise);
  const builtIn = (96 * 13) / 10;
  const small = (limit * percentage("MinRAMPercentage", 50)) / 100;
  return small < builtIn ? small : Math.max((limit * percentage("MaxRAMPercentage", 25)) / 100, builtIn);
}

describe("heap", () => {
  test.each([
    [256, 25],
    [400, 25],
    [512, 26],
    [1024, 55],
    [1536, 65],
    [2047, 70],
    [2048, 70],
    [3072, 75],
    [4096, 75],
    [65_536, 75],
  ])("a limit of %dMi gives %d %%", (memory, percentage) => {
    expect(jvmOf(sized(memory)).heapPercentage).toBe(percentage);
  });

  test.each([
    [1024, "0.125Mi", 54],
    [1024, "256Mi", 33],
    [2048, "1Gi", 27],
    [4096, "1Gi", 56],
  ] as const)("a limit of %dMi with %s of directories in memory gives %d %%", (memory, sizeLimit, percentage) => {
    const { jvm } = resolved({ resources: sized(memory), emptyDirs: { "/cache": { sizeLimit, medium: "Memory" } } });
    expect(jvm.heapPercentage).toBe(percentage);
  });

  test("heap, directories in memory and the rest fill the limit and never exceed it", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const { heapMebibytes, otherMebibytes, heapPercentage, directoryMebibytes } = resolved(service).jvm;
        const limit = Math.floor(mebibytes(resolved(service).resources.limits.memory) - directoryMebibytes);
        expect(heapMebibytes + otherMebibytes).toBe(limit);
        expect(otherMebibytes).toBeGreaterThan(0);
        expect(heapPercentage).toBe(service.jvm?.heapPercentage ?? heapPercentage);
        if (service.jvm?.heapPercentage === undefined) expect(heapPercentage).toBeLessThanOrEqual(75);
      }),
    );
  });

  test("it stays well below 75 % under 2 GiB and keeps 300 MiB for the rest from 512 MiB on", () => {
    fc.assert(
      fc.property(fc.integer({ min: 512, max: 2047 }), (memory) => {
        const { heapPercentage, otherMebibytes } = jvmOf(sized(memory));
        expect(heapPercentage).toBeLessThanOrEqual(70);
        expect(otherMebibytes).toBeGreaterThanOrEqual(300);
      }),
    );
  });

  test("more memory never means less heap, in percent or in mebibytes", () => {
    const memory = fc.integer({ min: 256, max: 65_536 });
    fc.assert(
      fc.property(memory, memory, (one, other) => {
        const less = jvmOf(sized(Math.min(one, other)));
        const more = jvmOf(sized(Math.max(one, other)));
        expect(more.heapPercentage).toBeGreaterThanOrEqual(less.heapPercentage);
        expect(more.heapMebibytes).toBeGreaterThanOrEqual(less.heapMebibytes);
      }),
    );
  });

  test("a stated percentage has the last word", () => {
    expect(jvmOf(sized(1024), { heapPercentage: 80 })).toMatchObject({ heapPercentage: 80, heapMebibytes: 819 });
  });

  test("initial and maximum are the same percentage", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const { heapPercentage, options } = resolved(service).jvm;
        expect(optionsOf(options)).toContain(`-XX:InitialRAMPercentage=${heapPercentage}.0`);
        expect(optionsOf(options)).toContain(`-XX:MaxRAMPercentage=${heapPercentage}.0`);
      }),
    );
  });

  test("HotSpot makes the intended heap of it, in small containers too, where its own minimum of 125 MiB lurks", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 256, max: 4096 }),
        fc.option(fc.integer({ min: 10, max: 80 }), { nil: undefined }),
        (memory, heapPercentage) => {
          const { options, heapMebibytes } = jvmOf(
            sized(memory),
            heapPercentage === undefined ? {} : { heapPercentage },
          );
          expect(Math.floor(hotspotHeap(memory, optionsOf(options)))).toBe(heapMebibytes);
        },
      ),
    );
  });
});

describe("options", () => {
  test("the JVM exits on OutOfMemoryError, always", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        expect(optionsOf(resolved(service).jvm.options)).toContain("-XX:+ExitOnOutOfMemoryError");
      }),
    );
  });

  test("a heap dump goes to the bounded volume, and only where there is one; the volume holds the whole heap", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const options = optionsOf(resolved(service).jvm.options);
        const deployment = deploymentOf(service);
        const mount = containerOf(deployment).volumeMounts?.find(({ mountPath }) => mountPath === "/dumps");
        const volume = podOf(deployment).volumes?.find(({ name }) => name === mount?.name);
        const wanted = service.jvm?.heapDump ?? service.cardholderData !== true;
        expect(options.includes("-XX:+HeapDumpOnOutOfMemoryError")).toBe(wanted);
        expect(options.includes("-XX:HeapDumpPath=/dumps")).toBe(wanted);
        expect(volume !== undefined).toBe(wanted);
        if (volume !== undefined) {
          const size = mebibytes(volume.emptyDir?.sizeLimit ?? "0");
          expect(size).toBeGreaterThan(resolved(service).jvm.heapMebibytes);
        }
      }),
    );
  });

  test("the processors are stated only where no CPU limit says them, and are never fewer than the request", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const { options, processors } = resolved(service).jvm;
        const limit = service.resources.limits?.cpu;
        expect(processors).toBeGreaterThanOrEqual(quantity(service.resources.requests.cpu));
        const stated = optionsOf(options).filter((option) => option.startsWith("-XX:ActiveProcessorCount="));
        expect(stated).toEqual(limit === undefined ? [`-XX:ActiveProcessorCount=${processors}`] : []);
        if (limit !== undefined) expect(processors).toBe(Math.ceil(quantity(limit)));
      }),
    );
  });

  test("the service's own options come last, so that they win", () => {
    const options = optionsOf(jvmOf(sized(1024), { options: ["-Xss512k", "-XX:+UseSerialGC"] }).options);
    expect(options.slice(-2)).toEqual(["-Xss512k", "-XX:+UseSerialGC"]);
  });
});

describe("collector", () => {
  test.each([
    [1791, undefined, [], "Serial"],
    [1792, undefined, [], "G1"],
    [4096, 1, [], "Serial"],
    [4096, 0.3, [], "Serial"],
    [4096, 1.1, [], "G1"],
    [4096, 2, [], "G1"],
    [1024, 4, [], "Serial"],
    [1024, 4, ["-XX:+UseG1GC"], "G1"],
    [8192, 4, ["-XX:+UseSerialGC"], "Serial"],
    [8192, 4, ["-XX:+UseParallelGC"], "Parallel"],
    [8192, 4, ["-XX:+UseZGC"], "Z"],
    [8192, 4, ["-XX:+UseShenandoahGC"], "Shenandoah"],
  ])("%dMi, CPU limit %s, options %j: %s", (memory, cpu, options, collector) => {
    expect(jvmOf(sized(memory, cpu), { options }).collector).toBe(collector);
  });
});

test("a stated processor count is the last word, and is stated once", () => {
  const { processors, options, collector } = jvmOf(sized(4096), { options: ["-XX:ActiveProcessorCount=1"] });
  expect({ processors, collector }).toEqual({ processors: 1, collector: "Serial" });
  expect(options.match(/ActiveProcessorCount/g)).toHaveLength(1);
});
