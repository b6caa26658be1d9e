import { expect, test } from "vitest";
import { traceConfiguration } from "../../../cli/parity/markers.ts";
import { readStackFiles, siteOf } from "../../../recorder/stackFile.ts";

const [stack] = await readStackFiles(["dc1"]);
if (stack === undefined) throw new Error("there is no dc1");
const site = JSON.parse(stack.config["gemelos:site"] ?? "{}");
const { monitoring: _, ...unwatched } = site;

test.each([
  ["a gate that asks no Prometheus", { ...unwatched, gate: { prometheus: "none" } }],
  [
    "a gate with all that it may have",
    {
      ...unwatched,
      gate: {
        entrance: { addresses: ["203.0.113.7"], port: 8443 },
        prometheus: {
          url: "https://prometheus.tax.example/dc1",
          username: "gate",
          severity: "page",
          alwaysFiring: "Alive",
        },
        caCertificate: site.vault.caCertificate,
      },
    },
  ],
  ["an audit log on Vault's own output", { ...site, vault: { ...site.vault, auditLog: "stdout" } }],
])("a site's data stay valid with markers: %s", (_what, data) => {
  const own = { ...stack.config, "gemelos:site": JSON.stringify(data) };
  expect(() => siteOf({ ...stack, config: own })).not.toThrow();
  expect(() => siteOf({ ...stack, config: traceConfiguration(own).config })).not.toThrow();
});
