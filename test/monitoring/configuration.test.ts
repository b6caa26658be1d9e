import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { monitoringContext } from "../../components/monitoring/context.ts";
import { monitoringManifests } from "../../components/monitoring/monitoringManifests.ts";
import { ruleGroups } from "../../components/monitoring/rules/index.ts";
import { services, site, siteWith } from "../components/monitoring/monitoredSite.ts";
import { amtool, promtool } from "./promtool.ts";

/** The files of a part's ConfigMaps, as they are rendered. */
function filesOf(part: "prometheus" | "alertmanager", where = site): Record<string, string> {
  const { objects } = monitoringManifests(where, services, { ruleGroups, dashboards: () => [] });
  const data = objects.flatMap(({ manifest }) =>
    manifest.kind === "ConfigMap" && manifest.metadata.name.startsWith(`${part}-`)
      ? Object.entries(manifest.data ?? {})
      : [],
  );
  return Object.fromEntries(data);
}

/** The rendered files beside each other, with their references to each other and to what the pod has from elsewhere. */
function inOneFolder(files: Readonly<Record<string, string>>): Record<string, unknown> {
  const { "vault-ca.crt": certificate = "", ...configurations } = files;
  expect(new X509Certificate(certificate).subject).not.toBe("");
  const text = (configurations["prometheus.yml"] ?? "")
    .replaceAll("/etc/prometheus/rules/", "")
    .replaceAll("*.json", "gemelos-*.json")
    .replace(/"ca_file": "[^"]+"/g, '"insecure_skip_verify": true')
    .replace(/"(?:\/var\/run|\/etc\/prometheus\/secrets)[^"]*"/g, '"client.yml"');
  return Object.fromEntries(
    Object.entries({ ...configurations, "prometheus.yml": text }).flatMap(([name, content]) =>
      content.startsWith("{") ? [[name, JSON.parse(content)]] : [],
    ),
  );
}

test("promtool accepts the rendered configuration and every rule in it", async () => {
  const files = inOneFolder(filesOf("prometheus"));
  const { code, output } = await promtool(["check", "config", "--lint=all", "--lint-fatal", "prometheus.yml"], files);
  expect(output).toMatch(/prometheus\.yml is valid prometheus config file syntax/);
  for (const { name } of ruleGroups(monitoringContext(site, services)))
    expect(output).toContain(`Checking ${name}.json`);
  expect(code).toBe(0);
});

describe("Alertmanager", () => {
  const files = (where = site) => {
    const text = filesOf("alertmanager", where)["alertmanager.yml"] ?? "{}";
    return { "alertmanager.yml": JSON.parse(text) };
  };

  test("amtool accepts each way to be told", async () => {
    const email = { backingService: "mail-relay", from: "alerts@tax.example", username: "alerts" };
    const webhook = { backingService: "on-call" };
    for (const receivers of [{ email }, { webhook }, { email, webhook }]) {
      const { code, output } = await amtool(["check-config", "alertmanager.yml"], files(siteWith({ receivers })));
      expect(output).toContain("SUCCESS");
      expect(code).toBe(0);
    }
  });

  test.each([
    ["a page of a service", "severity=page owner=team-receipts@tax.example", "on-call,team-receipts@tax.example"],
    ["a page of a node", "severity=page", "on-call,contact"],
    ["a ticket of a service", "severity=ticket owner=team-receipts@tax.example", "team-receipts@tax.example"],
    ["a ticket of somebody without an address", "severity=ticket owner=somebody", "contact"],
    ["the dead man's switch", "severity=info alertname=DeadMansSwitch", "nobody"],
  ])("%s goes where it should", async (_, labels, receivers) => {
    const args = ["config", "routes", "test", "--config.file=alertmanager.yml", ...labels.split(" ")];
    expect((await amtool(args, files())).output.trim()).toBe(receivers);
  });
});
