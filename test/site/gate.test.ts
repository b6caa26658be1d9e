import { expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { linesOf, readSiteFile, siteText } from "../support/wrongInput.ts";

/** The example site dc1 with a gate of its own, and watched by others. */
function withGate(
  text: string,
  monitoring = "kind: operator\nnamespace: observability\npodLabels: { app: prometheus }\nrunbooks: https://git.tax.example/r",
): string {
  const document = parseDocument(siteText);
  document.setIn(["config", "gemelos:site", "monitoring"], parse(monitoring));
  document.setIn(["config", "gemelos:site", "gate"], parse(text));
  return document.toString();
}

const whole = `
entrance: { addresses: [10.1.50.10, "2001:db8::10"], port: 8443 }
prometheus: { url: "https://prometheus.tax.example/main", username: gate, severity: critical, alwaysFiring: Watchdog }
`;

test("every field is accepted and kept, and a site without them stays as it is", async () => {
  expect((await readSiteFile(withGate(whole))).gate).toEqual(parse(whole));
  expect((await readSiteFile(withGate("prometheus: none"))).gate).toEqual({ prometheus: "none" });
  expect((await readSiteFile(siteText)).gate).toBeUndefined();
});

test.each([
  [whole.replace("10.1.50.10", "entrance.tax.example"), "entrance.addresses[0]", /must be an IP address/],
  [whole.replace('"2001:db8::10"', "10.1.50.10"), "entrance.addresses", /each address once/],
  [whole.replace("8443", "0"), "entrance.port", /65535/],
  [whole.replace("https:", "http:"), "prometheus.url", /must be an https URL/],
  [whole.replace("//prometheus", "//gate:secret@prometheus"), "prometheus.url", /without user, password/],
  ["prometheus: nobody", "prometheus", /must be a map with the url of a Prometheus, or "none"/],
  [whole.replace("severity", "severities"), "prometheus.severities", /./],
  ["caCertificate: none", "caCertificate", /whole certificate in PEM form/],
])("%# is refused at its field", async (text, field, says) => {
  const lines = await linesOf(() => readSiteFile(withGate(text)));
  expect(lines, lines.join("\n")).toHaveLength(1);
  expect(lines[0]).toContain(`gemelos:site.gate.${field}: `);
  expect(lines[0]).toMatch(says);
});

test("a site with a Prometheus of its own is asked there, and no other can be stated", async () => {
  const own = JSON.stringify(parse(siteText).config["gemelos:site"].monitoring);
  const lines = await linesOf(() => readSiteFile(withGate(whole, own)));
  expect(lines).toEqual([expect.stringMatching(/gate\.prometheus: .*stands beside monitoring of kind prometheus/)]);
});
