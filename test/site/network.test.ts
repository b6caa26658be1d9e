import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { allowDnsManifest, defaultDenyManifest } from "../../components/cluster/networkPolicy.ts";
import type { NetworkPolicyManifest } from "../../components/kubernetes/manifests.ts";
import type { Site } from "../../components/siteData.ts";
import { networkPolicyManifest } from "../../components/workload/networkPolicy.ts";
import { at } from "../../recorder/registeredResource.ts";
import { deploymentOf, microservice, resolved } from "../support/fixtures.ts";
import { type Pod, passes } from "../support/networkRules.ts";
import { readSiteFile, siteText } from "../support/wrongInput.ts";

const page = await readFile(join(import.meta.dirname, "..", "..", "docs", "site.md"), "utf8");
/** The two examples of `network`, as people copy them. */
const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)]
  .map(([, text = ""]) => text)
  .filter((text) => /^network:$/m.test(text));

/** The example site dc1 with the keys of an example in their places. */
function siteOf(example: string): Promise<Site> {
  const document = parseDocument(siteText);
  const stated: unknown = parse(example);
  for (const path of [["exposure", "controller"], ["monitoring"], ["network"]]) {
    const value = at(stated, ...path);
    if (value !== undefined) document.setIn(["config", "gemelos:site", ...path], value);
  }
  return readSiteFile(document.toString());
}

const service = { exposure: { host: "api" } };
const labels = deploymentOf(microservice(service)).spec?.template.metadata?.labels ?? {};
const pod: Pod = { namespace: "declarations", labels };

const controller: Pod = { namespace: "ingress", labels: { "app.kubernetes.io/name": "haproxy-ingress" } };
const prometheus: Pod = { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } };
const resolver: Pod = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };

/** Who reaches the pod, and whom it reaches, with the ports. */
function open(policies: readonly NetworkPolicyManifest[]): Record<string, string> {
  const peers = {
    worker: { address: "10.1.10.21" },
    "tunnel's end": { address: "10.233.70.0" },
    "control plane": { address: "10.1.10.11" },
    "any pod's address": { address: "10.233.70.7" },
    "Prometheus outside": { address: "10.1.50.7" },
    "DNS cache": { address: "169.254.25.10" },
    "controller's pod": controller,
    "Prometheus' pod": prometheus,
    "resolver's pod": resolver,
  };
  const ports = [53, 7137, 17137].flatMap((port) => [["TCP", port] as const, ["UDP", port] as const]);
  const found = Object.entries(peers).flatMap(([name, peer]) => {
    const way = (from: typeof peer, to: typeof peer) =>
      ports.filter(([protocol, port]) => passes(policies, { from, to, port, protocol })).map((each) => each.join(" "));
    const [into, out] = [way(peer, pod), way(pod, peer)];
    return [
      ...(into.length === 0 ? [] : [[`from ${name}`, into.join(", ")]]),
      ...(out.length === 0 ? [] : [[`to ${name}`, out.join(", ")]]),
    ];
  });
  return Object.fromEntries(found);
}

test.each([
  [
    "Kubespray",
    {
      "from worker": "TCP 7137",
      "from tunnel's end": "TCP 7137",
      "from Prometheus outside": "TCP 17137",
      "to DNS cache": "TCP 53, UDP 53",
    },
  ],
  [
    "kubeadm",
    {
      "from controller's pod": "TCP 7137",
      "from Prometheus' pod": "TCP 17137",
      "to resolver's pod": "TCP 53, UDP 53",
    },
  ],
])("the example of a site as %s makes it is accepted, and lets pass what its table says", async (maker, table) => {
  expect(examples).toHaveLength(2);
  const site = await siteOf(examples[maker === "Kubespray" ? 0 : 1] ?? "");
  const policies = [
    defaultDenyManifest("declarations"),
    allowDnsManifest("declarations", site.network?.dns),
    networkPolicyManifest(resolved(service), site, []),
  ];
  expect(open(policies)).toEqual(table);
});
