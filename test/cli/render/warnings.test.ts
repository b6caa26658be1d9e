import { expect, test } from "vitest";
import { serviceWarnings } from "../../../cli/render/warnings.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { resolved } from "../../support/fixtures.ts";

test("a service with the required fields alone gives nobody a second thought", () => {
  expect(serviceWarnings(resolved())).toEqual([]);
});

test.each<[string, Partial<Microservice>, string]>([
  ["paused", { paused: true }, "is paused"],
  ["a single replica", { autoscaling: { minReplicas: 1 } }, "may run as a single replica"],
  [
    "little room beside the heap",
    { resources: { requests: { cpu: "1", memory: "512Mi" } }, jvm: { heapPercentage: 60 } },
    "leaves 205Mi beside a heap of 60 %",
  ],
  [
    "exposed management paths",
    { exposure: { host: "api" }, ports: { http: 8080, management: 8080 } },
    "exposes its management paths",
  ],
  ["no metrics", { metrics: "none" }, "has no metrics"],
  [
    "an exception",
    { securityExceptions: { runAsRoot: { reason: "the vendor's image demands it" } } },
    "has the security exception runAsRoot: the vendor's image demands it",
  ],
])("%s is one warning", (_, stated, text) => {
  expect(serviceWarnings(resolved(stated))).toEqual([expect.stringContaining(text)]);
});

test("one port for both is nobody's business while the service is not exposed", () => {
  expect(serviceWarnings(resolved({ ports: { http: 8080, management: 8080 } }))).toEqual([]);
});

test("several reasons are several warnings", () => {
  expect(serviceWarnings(resolved({ paused: true, metrics: "none", autoscaling: { minReplicas: 1 } }))).toHaveLength(3);
});
