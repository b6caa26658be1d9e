import { expect, test } from "vitest";
import { dnsConfig } from "../../../components/workload/dnsConfig.ts";

test.each([
  ["cluster.local", "4"],
  ["cluster", "3"],
  ["k8s.dc1.tax.example", "4"],
])("names in %s are looked up as they are from %s dots on", (domain, value) => {
  expect(dnsConfig(domain)).toEqual({ options: [{ name: "ndots", value }] });
});
