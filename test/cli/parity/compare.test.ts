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
  ["a\nb\nc", "a\nB\nc", 'line 2 "b" in stack dc1 and line 2 "B"'],
  ["a\n", "a\nb", 'line 2 "" in stack dc1 and line 2 "b"'],
  ["a\nb", "a\nb\nc", 'line 3 nothing in stack dc1 and line 3 "c"'],
  ["a", "b", '"a" in stack dc1 and "b"'],
])("of longer texts the first line that differs is shown: %j, %j", (one, other, shown) => {
  expect(compareSwapped("dc1", "dc2", configMap(one), configMap(other))).toEqual([
    {
      service: "receipts",
      resource: "ConfigMap receipts",
      field: "data.a",
      reason: `depends on the stack's name: with the data of dc1 it is ${shown} in stack dc2`,
    },
  ]);
});
