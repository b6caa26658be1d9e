import { describe, expect, it } from "vitest";
import { rollsPods } from "../../../cli/preview/rollsPods.ts";
import type { PlainObject } from "../../../recorder/registeredResource.ts";

const workload = (template: PlainObject, more: PlainObject = {}, kind = "Deployment"): PlainObject => ({
  kind,
  spec: { template, ...more },
});

describe("pods", () => {
  it("roll when their template changes, and also when only the order of its lists does", () => {
    expect(rollsPods(workload({ a: ["1", "2"] }), workload({ a: ["2", "1"] }))).toEqual(["its pods roll"]);
    expect(rollsPods(workload({ a: 1 }, {}, "DaemonSet"), workload({ a: 2 }, {}, "DaemonSet"))).toHaveLength(1);
  });

  it("stay when only the order of fields or anything beside the template changes, and where there are none", () => {
    expect(rollsPods(workload({ a: 1, b: 2 }, { strategy: 1 }), workload({ b: 2, a: 1 }, { strategy: 2 }))).toEqual([]);
    expect(rollsPods(workload({ a: 1 }), workload({ a: 2 }, { replicas: 0 }))).toEqual([]);
    expect(rollsPods(workload({ a: 1 }, {}, "Service"), workload({ a: 2 }, {}, "Service"))).toEqual([]);
  });
});
