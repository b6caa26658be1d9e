import { expect, test } from "vitest";
import { monitoringContext } from "../../../components/monitoring/index.ts";
import { resolved } from "../../support/fixtures.ts";
import { readSiteFile, siteText } from "../../support/wrongInput.ts";

const site = await readSiteFile(siteText);

test("a site and its services become plain numbers", () => {
  const service = resolved({
    exposure: { host: "api" },
    autoscaling: { minReplicas: 3, maxReplicas: 6 },
    jvm: { options: ["-XX:+UseZGC"] },
  });
  const context = monitoringContext(site, [service, resolved({ name: "archive", paused: true, ports: "none" })]);
  expect(context).toMatchObject({ site: "dc1", peer: "dc2", contact: site.contact, hosts: ["api.tax.example"] });
  expect(context.services.map(({ name, paused, metrics }) => [name, paused, metrics?.port])).toEqual([
    ["archive", true, undefined],
    ["receipts", false, 17137],
  ]);
  expect(context.services[1]).toMatchObject({
    ...{ minReplicas: 3, maxReplicas: 6, collector: "Z", heap: 1433 * 2 ** 20, host: "api.tax.example" },
    release: site.releases["receipts"],
  });
  expect(context.nodes).toHaveLength(7);
  expect(context.nodes[0]).toEqual({
    ...{ name: "cp1.dc1.tax.example", address: "10.1.10.11", role: "control-plane", kind: "vm", zone: "rack-a" },
    ...{ machine: "hypervisor1.dc1.tax.example", cpu: 8, memory: 32 * 2 ** 30, disk: 400 * 2 ** 30 },
  });
});

test("what a site says of its alerts, its peer and its control plane is passed on", () => {
  const context = monitoringContext(
    {
      ...site,
      monitoring: {
        kind: "prometheus",
        runbooks: "https://git.tax.example/runbooks",
        receivers: { webhook: { backingService: "pager" } },
        alerts: { NodeClockSkewed: "off" },
        controlPlane: ["etcd"],
        peer: { url: "https://prometheus.dc2.tax.example", cidrs: ["10.2.9.9/32"] },
      },
    },
    [],
  );
  expect(context).toMatchObject({
    ...{ watchesPeer: true, controlPlane: ["etcd"], alerts: { NodeClockSkewed: "off" } },
    runbooks: "https://git.tax.example/runbooks",
  });
});
