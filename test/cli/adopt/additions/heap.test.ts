import { expect, it } from "vitest";
import { heapText } from "../../../../cli/adopt/additions/heap.ts";

it.each([
  ["a quarter of the limit", [], "2Gi", "512 MiB"],
  ["half of a memory of which half is under 124.8 MiB", [], "200Mi", "100 MiB"],
  ["no less than 126 MiB of any other", [], "400Mi", "126 MiB"],
  ["a quarter of the node's memory without a limit", [], undefined, "25 % of the node's memory"],
  ["what -Xmx says, with or without a limit", ["-Dx=y -Xmx768m"], undefined, "768 MiB"],
  ["the last of two", ["-Xmx1g", "-XX:MaxHeapSize=2g"], "4Gi", "2048 MiB"],
  ["a stated part of the limit", ["-XX:MaxRAMPercentage=70.0"], "1Gi", "716 MiB"],
  [
    "the part that is stated for small memories",
    ["-XX:MinRAMPercentage=30 -XX:MaxRAMPercentage=30"],
    "256Mi",
    "76 MiB",
  ],
])("a JVM takes %s", (_, words, limit, expected) => {
  expect(heapText(words, limit)).toBe(expected);
});
