import { describe, expect, test } from "vitest";
import { formatReports } from "../../../cli/render/table.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microservice } from "../../support/fixtures.ts";
import { rowOf } from "../../support/rows.ts";

const nodes = [{ name: "w", address: "10.1.1.1", role: "worker", cpu: "8", memory: "32Gi", disk: "1Gi" }] as const;

/** What `render` says about ports in the clear, on a terminal that leaves out columns. */
function clearLines(...services: readonly Microservice[]): string[] {
  const rows = services.map((service) => rowOf(service));
  const report = {
    site: "dc1",
    folder: "out/dc1",
    objects: 1,
    resources: 1,
    services: rows,
    nodes,
    suppliedHosts: [],
    monitoring: { replicas: 0, cpu: 0, memory: 0, sizing: undefined, supplied: [] },
    warnings: [],
  };
  const lines = formatReports([report], 400).split("\n");
  return lines.filter((line) => line.startsWith("in the clear:"));
}

describe("what stays in the clear is said below the table", () => {
  test("by the services that callers reach by plain HTTP, and of management ports", () => {
    expect(clearLines(microservice({ name: "a" }), microservice({ name: "b", tls: true }))).toEqual([
      "in the clear: callers reach a by plain HTTP inside the cluster; tls: true changes that",
      "in the clear: the management ports of all services, for the kubelet and Prometheus alone",
    ]);
  });

  test("by the services that callers reach by gRPC; one without a port has nothing to say", () => {
    expect(
      clearLines(microservice({ name: "a", ports: { grpc: 9090 } }), microservice({ name: "b", ports: "none" })),
    ).toEqual([
      "in the clear: callers reach a by plain HTTP inside the cluster; tls: true changes that",
      "in the clear: callers reach a by gRPC without TLS inside the cluster",
      "in the clear: the management ports of a, for the kubelet and Prometheus alone",
    ]);
  });

  test("not at all where nothing does", () => {
    expect(clearLines(microservice({ tls: true, ports: { http: 8443, management: 8443 } }))).toEqual([]);
  });

  test("shortly where there are many", () => {
    const many = Array.from({ length: 12 }, (_, index) =>
      microservice({ name: `s${index}`, ports: { http: 80, management: 80 } }),
    );
    expect(clearLines(...many)).toEqual([expect.stringContaining("s8, s9 and 2 more by plain HTTP")]);
  });
});
