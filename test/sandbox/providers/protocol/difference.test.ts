import * as fc from "fast-check";
import { expect, test } from "vitest";
import { changesBetween } from "../../../../sandbox/providers/protocol/difference.ts";
import {
  formatPath,
  isSame,
  unknownValue,
  type Value,
  valueAt,
} from "../../../../sandbox/providers/protocol/values.ts";

const json: fc.Arbitrary<Value> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value): Value => JSON.parse(JSON.stringify(value)));

test("the same value has no changes, and every change that is told is one", () => {
  fc.assert(
    fc.property(json, json, (one, two) => {
      expect(changesBetween(one, one)).toEqual([]);
      const changes = changesBetween(one, two);
      expect(changes.length === 0).toBe(isSame(one, two));
      for (const { path, kind } of changes) {
        const before = valueAt(one, path);
        const after = valueAt(two, path);
        expect(isSame(before, after)).toBe(false);
        expect(before === undefined).toBe(kind === "add");
        expect(after === undefined).toBe(kind === "delete");
      }
    }),
  );
});

test("a change is told as deep as it is", () => {
  const one = { spec: { containers: [{ name: "a", image: "a:1" }], labels: { "a.b/c": "1" }, gone: true } };
  const two = { spec: { containers: [{ name: "a", image: "a:2" }], labels: { "a.b/c": "2" }, made: 1 } };
  expect(changesBetween(one, two).map(({ path, kind }) => `${formatPath(path)} ${kind}`)).toEqual([
    "spec.containers[0].image update",
    'spec.labels["a.b/c"] update',
    "spec.gone delete",
    "spec.made add",
  ]);
});

test("a value that is not known yet may be another, even where the old one was not known either", () => {
  expect(changesBetween({ a: "1" }, { a: unknownValue })).toHaveLength(1);
  expect(changesBetween({ a: unknownValue }, { a: unknownValue })).toHaveLength(1);
});
