import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { settleHeap } from "../../../../cli/adopt/reading/heap.ts";
import { microservice } from "../../../support/fixtures.ts";

const hasJava = spawnSync("java", ["-version"]).status === 0;

/** The heap in MiB with which a JVM starts. */
function heapOf(variables: Readonly<Record<string, string>>, words: readonly string[]): number {
  const { stdout } = spawnSync("java", [...words, "-XX:+PrintFlagsFinal", "-version"], {
    env: { PATH: process.env["PATH"], ...variables },
    encoding: "utf8",
  });
  return Number(/ MaxHeapSize += (\d+) /.exec(stdout)?.[1]) / 2 ** 20;
}

test.skipIf(!hasJava).each<[Record<string, string>, string[]]>([
  [{ JAVA_TOOL_OPTIONS: "-Xmx128m" }, []],
  [{ JAVA_TOOL_OPTIONS: "-Xmx128m", JDK_JAVA_OPTIONS: "-Xmx192m" }, []],
  [{ JDK_JAVA_OPTIONS: "-Xmx192m" }, ["-Xmx256m"]],
  [{ JDK_JAVA_OPTIONS: "-Xmx192m", _JAVA_OPTIONS: "-Xmx320m" }, ["-Xmx256m"]],
  [{ JAVA_TOOL_OPTIONS: "-Xmx128m", _JAVA_OPTIONS: "-XX:MaxRAMPercentage=50" }, []],
  [{ JAVA_TOOL_OPTIONS: "-XX:MaxRAMPercentage=50" }, ["-XX:MaxHeapSize=268435456"]],
  [{}, ["-Xmx256m", "-Xmx128M"]],
  [{ JAVA_OPTS: "-Xmx128m" }, ["-Xmx256m"]],
])("with %j and the words %j, a JVM has the heap that is read here", (variables, words) => {
  const { JAVA_TOOL_OPTIONS: toolOptions = "", ...env } = variables;
  const service = microservice({ command: ["java", ...words], env });
  const { notes } = settleHeap(service, toolOptions, false);
  expect(notes.join()).toMatch(new RegExp(`^the heap was ${heapOf(variables, words)} MiB `));
});
