import { expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { scrapersOf } from "../../components/workload/scrapers.ts";
import { expectTold, linesOf, readSiteFile, siteText } from "../support/wrongInput.ts";

/** The example site dc1 with other monitoring, as YAML. */
function withMonitoring(text: string): string {
  const document = parseDocument(siteText);
  document.setIn(["config", "gemelos:site", "monitoring"], parse(text));
  return document.toString();
}

const whole = `
kind: prometheus
runbooks: https://git.tax.example/gemelos/docs/runbooks
retentionDays: 62
storageClass: local
receivers:
  email: { backingService: mail-relay, from: alerts@tax.example, username: alerts }
  webhook: { backingService: mail-relay }
peer: { url: "https://prometheus.dc2.tax.example", cidrs: [10.2.9.9/32] }
entranceCidrs: [10.1.60.1/32]
kubeletCertificates: self-signed
controlPlane: [etcd]
alerts:
  NodeFilesystemFull: off
  NodeClockSkewed: { threshold: 0.2, for: 1h30m }
`;

test("every field of each kind is accepted and kept", async () => {
  expect((await readSiteFile(withMonitoring(whole))).monitoring).toEqual(parse(whole));
  const operator =
    'kind: operator\nnamespace: observability\npodLabels: { app: prometheus }\nrunbooks: https://git.tax.example/r\nselectorLabels: { release: stack }\ndashboardLabels: { grafana_dashboard: "1" }\nprober: "blackbox.observability.svc:9115"';
  expect((await readSiteFile(withMonitoring(operator))).monitoring).toEqual(parse(operator));
  expect((await readSiteFile(withMonitoring("kind: none"))).monitoring).toEqual({ kind: "none" });
});

test("who scrapes from elsewhere is stated with its kind, or as before without", async () => {
  for (const text of ["cidrs: [10.1.50.7/32]", "{ kind: external, cidrs: [10.1.50.7/32] }"]) {
    const { monitoring } = await readSiteFile(withMonitoring(text));
    expect(scrapersOf(monitoring)).toMatchObject({ cidrs: ["10.1.50.7/32"] });
  }
  expect(scrapersOf({ kind: "none" })).toBeUndefined();
  expect(scrapersOf(undefined)).toEqual({
    namespace: "monitoring",
    podLabels: { "app.kubernetes.io/name": "prometheus" },
  });
});

test.each([
  ["kind: nagios", "kind", '"nagios"', /"prometheus", "operator", "external" or "none"/],
  ["kind: external", "cidrs", undefined, /are missing/],
  ["[]", "", "[]", /must be a map with kind/],
  [whole.replace("retentionDays: 62", "retentionDays: 0"), "retentionDays", "0", /from 1 to 400/],
  [whole.replace("docs/runbooks", "docs/runbooks/"), "runbooks", '"https:', /without a slash at its end/],
  [
    whole.replace("for: 1h30m", "for: 90 minutes"),
    "alerts.NodeClockSkewed.for",
    '"90 minutes"',
    /duration of Prometheus/,
  ],
  [
    whole.replace("NodeFilesystemFull: off", "NodeFilesystemFul: off"),
    "alerts.NodeFilesystemFul",
    '"off"',
    /changes no alert.*did you mean "NodeFilesystemFull"/,
  ],
  [
    whole.replace("prometheus.dc2", "prometheus.dc1"),
    "peer.url",
    '"https://prometheus.dc1.tax.example"',
    /in this site's own domain.*name the other site's Prometheus/,
  ],
  [
    whole.replace("{ threshold: 0.2, for: 1h30m }", "{ threshold: high, for: 5m }"),
    "alerts.NodeClockSkewed",
    undefined,
    /threshold.*a number in the alert's own unit/,
  ],
  [whole.replace("NodeFilesystemFull: off", "NodeFilesystemFull: false"), "alerts.NodeFilesystemFull", "false", /off/],
  [whole.replace("webhook: { backingService: mail-relay }", "pager: {}"), "receivers.pager", undefined, /unknown key/],
  [
    whole.replace("webhook: { backingService: mail-relay }", "webhook: { backingService: pager }"),
    "receivers.webhook.backingService",
    undefined,
    /no backing service of this site, which has .*mail-relay/,
  ],
  [whole.replace("controlPlane: [etcd]", "controlPlane: [etcd, etcd]"), "controlPlane", '["etcd"', /each part once/],
  [whole.replace("[10.1.60.1/32]", "[10.1.10.21/32]"), "entranceCidrs[0]", '"10.1.10.21/32"', /node worker1/],
  [whole.replace("[10.2.9.9/32]", "[0.0.0.0/0]"), "peer.cidrs[0]", '"0.0.0.0/0"', /./],
])("%# is refused at its field", async (text, field, shows, says) => {
  const lines = await linesOf(() => readSiteFile(withMonitoring(text)));
  expect(lines).toHaveLength(1);
  const place = ["Pulumi.dc1.yaml: gemelos:site.monitoring", field].filter((part) => part !== "").join(".");
  expect(lines[0]).toContain(`${place}: ${shows ?? ""}`);
  expect(lines[0]).toMatch(says);
});

test("e-mail needs a contact that takes it", async () => {
  const text = withMonitoring(whole).replace("contact: platform-dc1@tax.example", "contact: the night shift");
  const lines = await linesOf(() => readSiteFile(text));
  expectTold(lines, {
    place: "Pulumi.dc1.yaml: gemelos:site.contact",
    shows: '"the night shift"',
    says: /e-mail address/,
  });
});
