import type { CoreV1Event, V1Deployment, V1Pod, V1ReplicaSet } from "@kubernetes/client-node";
import { expect, expectTypeOf, test } from "vitest";
import { type Kinds, milliseconds } from "../../rollout/objects.ts";

test("the objects of @kubernetes/client-node fit, as the compiler says", () => {
  expectTypeOf<V1Deployment>().toExtend<Kinds["Deployment"]>();
  expectTypeOf<V1ReplicaSet>().toExtend<Kinds["ReplicaSet"]>();
  expectTypeOf<V1Pod>().toExtend<Kinds["Pod"]>();
  expectTypeOf<CoreV1Event>().toExtend<Kinds["Event"]>();
});

test("a time is a text or a date; null, as the API server has it in some events, is none", () => {
  const text = "2026-05-04T08:00:00Z";
  expect(milliseconds(text)).toBe(Date.UTC(2026, 4, 4, 8));
  expect(milliseconds(new Date(text))).toBe(milliseconds(text));
  for (const none of [undefined, null, "soon"]) expect(milliseconds(none)).toBeUndefined();
});
