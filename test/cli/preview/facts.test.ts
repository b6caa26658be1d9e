import { describe, expect, it } from "vitest";
import { parseFacts } from "../../../cli/preview/facts.ts";

describe("a report of render", () => {
  it("of an older commit is read as far as it goes", () => {
    const report = { sites: [{ site: "dc1", services: [{ service: "receipts", memory: "4Gi", calls: ["a"] }] }] };
    expect(parseFacts(JSON.stringify(report))).toMatchObject([
      {
        site: "dc1",
        suppliedHosts: [],
        services: [{ service: "receipts", memory: { request: "none" }, calls: ["a"] }],
      },
    ]);
  });
});
