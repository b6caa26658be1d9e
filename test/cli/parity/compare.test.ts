import { expect, it } from "vitest";
import { compareSwapped } from "../../../cli/parity/compare.ts";
import type { ComparedResource } from "../../../cli/parity/trace.ts";

function configMap(text: string): ComparedResource[] {
  return [
    {
      identity: "receipts",
      service: "receipts",
      title: "ConfigMap receipts",
      value: { inputs: { data: { a: text } } },
    },
  ];
}

it.each([
  ["a\nb\nc", "a\nB\nc", 'line 2 "b" in stack dc1 and line 2 "B" in stack dc2'],
  ["a\n", "a\nb", 'line 2 "" in stack dc1 and line 2 "b" in stack dc2'],
  ["a\nb", "a\nb\nc", 'line 3 nothing in stack dc1 and line 3 "c" in stack dc2'],
  ["a", "b", '"a" in stack dc1 and "b" in stack dc2'],
])("of longer texts the first line that differs is shown: %j, %j", (one, other, shown) => {
  expect(compareSwapped("dc1", "dc2", configMap(one), configMap(other))).toEqual([
    {
      service: "receipts",
      resource: "ConfigMap receipts",
      field: "data.a",
      reason: expect.stringContaining(shown),
    },
  ]);
});
