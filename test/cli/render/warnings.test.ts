import { expect, test } from "vitest";
import type { Microservice } from "../../../components/microservice.ts";
import { microservice } from "../../support/fixtures.ts";
import { rowOf } from "../../support/rows.ts";

test("a service with the required fields alone gives nobody a second thought", () => {
  expect(rowOf(microservice()).warnings).toEqual([]);
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
    "exposes its management",
  ],
  [
    "a debugger",
    { jvm: { options: ["-agentlib:jdwp=address=*:5005"] } },
    "opens its JVM to whoever reaches it: -agentlib:jdwp in jvm.options[0]",
  ],
  ["no metrics", { metrics: "none" }, "has no metrics"],
  [
    "an exception",
    { securityExceptions: { runAsRoot: { reason: "the vendor's image demands it" } } },
    "has the security exception runAsRoot: the vendor's image demands it",
  ],
])("%s is one warning", (_, stated, text) => {
  expect(rowOf(microservice(stated)).warnings).toEqual([expect.stringContaining(text)]);
});

test("one port for both is nobody's business while the service is not exposed", () => {
  expect(rowOf(microservice({ ports: { http: 8080, management: 8080 } })).warnings).toEqual([]);
});

test("several reasons are several warnings", () => {
  const exceptions = { runAsRoot: { reason: "the vendor's image demands it" } };
  const service = microservice({ metrics: "none", autoscaling: { minReplicas: 1 }, securityExceptions: exceptions });
  expect(rowOf(service).warnings).toHaveLength(3);
});

test("while a service is paused, nobody hears that it would have a single replica", () => {
  const { warnings } = rowOf(microservice({ paused: true, autoscaling: { minReplicas: 1 } }));
  expect(warnings).toEqual([expect.stringContaining("paused")]);
});
