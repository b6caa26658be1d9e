import { expect, test } from "vitest";
import { siteWarnings } from "../../../cli/render/warnings.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { EncryptionAtRest, Site } from "../../../components/siteData.ts";
import { site as fixture, microservice, vault } from "../../support/fixtures.ts";
import { rowOf } from "../../support/rows.ts";

test("a service with the required fields alone gives nobody a second thought", () => {
  expect(rowOf(microservice()).warnings).toEqual([]);
});

test.each<[string, Partial<Microservice>, string]>([
  ["paused", { paused: true }, "is paused"],
  [
    "a volume that one node mounts",
    { volumes: { "/data": { size: "1Gi" }, "/shared": { size: "1Gi", accessMode: "ReadWriteMany" } } },
    "runs as one replica, because /data is ReadWriteOnce: each rollout and each drained node interrupt it",
  ],
  [
    "cardholder data in files",
    { cardholderData: true, volumes: { "/data": { size: "1Gi", accessMode: "ReadWriteMany" } } },
    "handles cardholder data and keeps files in /data: their storage must encrypt them",
  ],
  ["a single replica", { autoscaling: { minReplicas: 1 } }, "may run as a single replica"],
  [
    "little room beside the heap",
    { resources: { requests: { cpu: "1", memory: "512Mi" } }, jvm: { heapPercentage: 60 } },
    "leaves 205Mi beside a heap of 60 %",
  ],
  [
    "exposed management paths",
    { exposure: { host: "api" }, ports: { http: 8080, management: 8080 } },
    "exposes its management",
  ],
  [
    "a debugger",
    { jvm: { options: ["-agentlib:jdwp=address=*:5005"] } },
    "opens its JVM to whoever reaches it: -agentlib:jdwp in jvm.options[0]",
  ],
  ["no metrics", { metrics: "none" }, "has no metrics"],
  [
    "an exception",
    { securityExceptions: { runAsRoot: { reason: "the vendor's image demands it" } } },
    "has the security exception runAsRoot: the vendor's image demands it",
  ],
])("%s is one warning", (_, stated, text) => {
  expect(rowOf(microservice(stated)).warnings).toEqual([expect.stringContaining(text)]);
});

test("one port for both is nobody's business while the service is not exposed", () => {
  expect(rowOf(microservice({ ports: { http: 8080, management: 8080 } })).warnings).toEqual([]);
});

test("several reasons are several warnings", () => {
  const exceptions = { runAsRoot: { reason: "the vendor's image demands it" } };
  const service = microservice({ metrics: "none", autoscaling: { minReplicas: 1 }, securityExceptions: exceptions });
  expect(rowOf(service).warnings).toHaveLength(3);
});

test("while a service is paused, nobody hears that it would have a single replica", () => {
  const { warnings } = rowOf(microservice({ paused: true, autoscaling: { minReplicas: 1 } }));
  expect(warnings).toEqual([expect.stringContaining("paused")]);
});

function siteWith(encryptionAtRest: EncryptionAtRest): Site {
  return {
    ...{ name: "dc1", peer: "dc2", contact: "c", file: "Pulumi.dc1.yaml", releases: {}, nodes: [], registry: "r" },
    ...{ domains: fixture.domains, exposure: fixture.exposure, backingServices: {} },
    ...{ timeZone: "America/Lima", locale: "es_PE.UTF-8" },
    kubernetes: { context: "c", clusterUid: "u", address: "a", caCertificate: "c", encryptionAtRest },
    vault: { ...vault, auditLog: "stdout" },
  };
}

test.each<[EncryptionAtRest, RegExp[]]>([
  ["kms", []],
  ["secretbox", []],
  ["aesgcm", [/aesgcm.*every 200,000 writes/]],
  ["aescbc", [/aescbc.*weak.*padding oracle.*secretbox/]],
  ["none", [/registry.* in the clear/, /exposed hosts .*in the clear/]],
])("of secrets that rest under %s, a reader hears what Kubernetes says of it", (provider, says) => {
  expect(siteWarnings(siteWith(provider))).toEqual(says.map((text) => expect.stringMatching(text)));
});

test("whoever reads the report hears what a site leaves in the clear, and to whom it opens more than its hosts", () => {
  const site: Site = {
    ...siteWith("none"),
    vault: { ...vault, auditLog: "stdout", cidrs: [{ cidr: "10.0.0.0/8", reason: "One balancer for both sites" }] },
    backingServices: {
      relay: { host: "h", port: 25, cidrs: ["10.1.40.25/32", { cidr: "0.0.0.0/0", reason: "Mail goes everywhere" }] },
    },
  };
  expect(siteWarnings(site)).toEqual([
    expect.stringMatching(/registry's credentials rest in etcd in the clear.*encryptionAtRest is none/),
    expect.stringMatching(/^the keys of exposed hosts rest in etcd in the clear/),
    "Vault is opened to 10.0.0.0/8: One balancer for both sites",
    "the backing service relay is opened to 0.0.0.0/0: Mail goes everywhere",
  ]);
});

test("whoever reads the report hears to whom a site opens more than its controller and its Prometheus", () => {
  const wide = (cidr: string, reason: string) => ({ cidrs: [{ cidr, reason }] });
  const site: Site = {
    ...siteWith("kms"),
    exposure: { ...fixture.exposure, controller: wide("198.18.0.0/15", "The balancers change") },
    monitoring: wide("10.0.0.0/8", "Anybody may scrape"),
    network: {
      ...{ podCidrs: ["10.233.64.0/18"], serviceCidrs: ["10.233.0.0/18"] },
      tunnelCidrs: [{ cidr: "10.233.127.0/26", reason: "The IPPool of tunnels alone" }, "10.233.70.0/32"],
    },
  };
  expect(siteWarnings(site)).toEqual([
    "every exposed service is opened to 198.18.0.0/15: The balancers change",
    "every port of metrics is opened to 10.0.0.0/8: Anybody may scrape",
    "what nodes may reach is opened to 10.233.127.0/26: The IPPool of tunnels alone",
  ]);
});

test("a DNS cache is on the pod's own node, or has the address of the resolver's Service: any other is worth a look", () => {
  const network = { podCidrs: ["10.233.64.0/18"], serviceCidrs: ["10.233.0.0/18"] };
  const warned = (...cacheAddresses: string[]) =>
    siteWarnings({ ...siteWith("kms"), network: { ...network, dns: { cacheAddresses } } });
  expect(warned("169.254.25.10", "10.233.0.3", "fe80::a")).toEqual([]);
  expect(warned("169.254.25.10", "10.1.7.53")).toEqual([
    expect.stringMatching(
      /^pods may ask 10\.1\.7\.53 for names.*neither link-local nor in network\.serviceCidrs.*resolv\.conf/,
    ),
  ]);
});

test("a site that leaves time and letters to the images is told what becomes of them", () => {
  const { timeZone, locale, ...silent } = siteWith("secretbox");
  expect([timeZone, locale]).toEqual(["America/Lima", "es_PE.UTF-8"]);
  expect(siteWarnings(silent)).toEqual([
    expect.stringMatching(/no timeZone.*next day/),
    expect.stringMatching(/no locale.*\?and\?/),
  ]);
});
