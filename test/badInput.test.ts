import { describe, expect, it } from "vitest";
import { linesOf, readSiteFile, siteText, siteWith } from "./support/wrongInput.ts";

const label = "must be a DNS label: lower-case letters a-z, digits and hyphens, no hyphen at an end";
const dnsName =
  "must be a DNS name in lower case, such as db.dc1.tax.example (write a name with other letters in its xn-- form)";
const port = "must be a port: a whole number from 1 to 65535";
const bytes =
  'must be a quantity of bytes above zero in Ki, Mi, Gi or Ti, such as "512Mi" or "1Gi" (GB and M are decimal units and easily mistaken)';
const cpu = 'must be a CPU quantity above zero, such as "2", "0.5" or "200m"';
const cidr = "must be a CIDR, such as 10.1.20.0/24 or 10.1.20.7/32";
const uid = "must be a UID in lower case: kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'";
const vault =
  "must be an https URL with a full host name or an IP address, without user or password, such as https://vault.dc1.tax.example:8200";
const apiServer =
  "must be an https URL without path, user or password, such as https://kubernetes.dc1.tax.example:6443";
const registry =
  "must be a registry's host with an optional port, without scheme or path, such as registry.dc1.tax.example:5000";
const unknown = "this key is not known; remove it or correct its spelling";
const relay = ["endpoints", "mail-relay"];
const controller = ["exposure", "controller"];

interface Wrong {
  readonly what: string;
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
  /** What a person reads behind `Pulumi.dc1.yaml: gemelos:site.` */
  readonly says: string;
}

const wrongSites: readonly Wrong[] = [
  { what: "an unknown key", path: ["colour"], value: "blue", says: `colour: ${unknown}` },
  { what: "an unknown key inside", path: ["vault", "tokn"], value: "x", says: `vault.tokn: ${unknown}` },
  { what: "no contact", path: ["contact"], says: "contact: is missing; add it (must be a line of text in quotes)" },
  { what: "no kubernetes", path: ["kubernetes"], says: "kubernetes: is missing; add it (must be a map)" },
  {
    what: "no exposure",
    path: ["exposure"],
    says: 'exposure: is missing; add it (must be a map with kind: "ingress" or "gateway")',
  },
  {
    what: "no kind",
    path: ["exposure", "kind"],
    says: 'exposure.kind: is missing; add it (must be "ingress" or "gateway")',
  },
  {
    what: "no disk",
    path: ["nodes", 0, "disk"],
    says: 'nodes[0].disk: is missing; add it (must be a quantity of bytes, such as "512Mi" or "1Gi")',
  },
  { what: "a number for text", path: ["contact"], value: 7, says: "contact: 7 must be a line of text in quotes" },
  { what: "nothing for text", path: ["contact"], value: null, says: "contact: null must be a line of text in quotes" },
  { what: "empty text", path: ["contact"], value: "", says: 'contact: "" must not be empty: write a line of text' },
  { what: "two lines", path: ["contact"], value: "a\nb", says: 'contact: "a\\nb" must be a single line' },
  { what: "text for a map", path: ["kubernetes"], value: "none", says: 'kubernetes: "none" must be a map' },
  { what: "a map for a list", path: ["nodes"], value: {}, says: "nodes: {} must be a list" },
  { what: "a list for a map", path: ["endpoints"], value: [], says: "endpoints: [] must be a map" },
  { what: "64GB", path: ["nodes", 0, "memory"], value: "64GB", says: `nodes[0].memory: "64GB" ${bytes}` },
  { what: "no memory at all", path: ["nodes", 0, "memory"], value: "0Gi", says: `nodes[0].memory: "0Gi" ${bytes}` },
  { what: "CPU in words", path: ["nodes", 1, "cpu"], value: "eight", says: `nodes[1].cpu: "eight" ${cpu}` },
  {
    what: "CPU without quotes",
    path: ["nodes", 1, "cpu"],
    value: 8,
    says: 'nodes[1].cpu: 8 must be a CPU quantity in quotes, such as "2" or "200m"',
  },
  {
    what: "an unknown role",
    path: ["nodes", 0, "role"],
    value: "master",
    says: 'nodes[0].role: "master" must be one of control-plane, worker',
  },
  {
    what: "an address out of range",
    path: ["nodes", 0, "address"],
    value: "10.1.10.300",
    says: 'nodes[0].address: "10.1.10.300" must be an IP address, such as 10.1.0.11',
  },
  {
    what: "an address twice",
    path: ["nodes", 2, "address"],
    value: "10.1.10.12",
    says: 'nodes[2].address: "10.1.10.12" stands at nodes[1] too; every node has its own',
  },
  {
    what: "a name twice",
    path: ["nodes", 2, "name"],
    value: "cp2.dc1.tax.example",
    says: 'nodes[2].name: "cp2.dc1.tax.example" stands at nodes[1] too; every node has its own',
  },
  {
    what: "a node's name with ñ",
    path: ["nodes", 0, "name"],
    value: "año.dc1.tax.example",
    says: `nodes[0].name: "año.dc1.tax.example" ${dnsName}`,
  },
  { what: "no node", path: ["nodes"], value: [], says: "nodes: [] must list at least one node" },
  {
    what: "no worker",
    path: ["nodes"],
    value: [
      {
        name: "cp1.dc1.tax.example",
        address: "10.1.10.11",
        role: "control-plane",
        cpu: "8",
        memory: "32Gi",
        disk: "400Gi",
      },
    ],
    says: 'nodes: this list has no node with role "worker", so no service could run; add one',
  },
  {
    what: "a peer that is itself",
    path: ["peer"],
    value: "dc1",
    says: 'peer: "dc1" is the site itself; name the other site',
  },
  { what: "a peer in capitals", path: ["peer"], value: "DC2", says: `peer: "DC2" ${label}` },
  {
    what: "an identity that is no UID",
    path: ["kubernetes", "clusterUid"],
    value: "tax-dc1",
    says: `kubernetes.clusterUid: "tax-dc1" ${uid}`,
  },
  {
    what: "an identity in capitals",
    path: ["kubernetes", "clusterUid"],
    value: "6F1C2B6E-3F0E-4B59-9A53-0D9A5C1E7A11",
    says: `kubernetes.clusterUid: "6F1C2B6E-3F0E-4B59-9A53-0D9A5C1E7A11" ${uid}`,
  },
  {
    what: "unknown encryption",
    path: ["kubernetes", "encryptionAtRest"],
    value: "aes",
    says: 'kubernetes.encryptionAtRest: "aes" must be one of kms, aescbc, none',
  },
  {
    what: "Vault over http",
    path: ["vault", "address"],
    value: "http://vault.dc1.tax.example:8200",
    says: `vault.address: "http://vault.dc1.tax.example:8200" ${vault}`,
  },
  {
    what: "a host for a URL",
    path: ["vault", "address"],
    value: "vault.dc1",
    says: `vault.address: "vault.dc1" ${vault}`,
  },
  {
    what: "a password in a URL, which is not shown",
    path: ["vault", "address"],
    value: "https://root:hunter2@vault.dc1.tax.example",
    says: `vault.address: "https://[hidden]@vault.dc1.tax.example" ${vault}`,
  },
  {
    what: "an API server over http",
    path: ["kubernetes", "address"],
    value: "http://10.1.10.11:6443",
    says: `kubernetes.address: "http://10.1.10.11:6443" ${apiServer}`,
  },
  {
    what: "an API server with a path",
    path: ["kubernetes", "address"],
    value: "https://kubernetes.dc1.tax.example/api",
    says: `kubernetes.address: "https://kubernetes.dc1.tax.example/api" ${apiServer}`,
  },
  {
    what: "a password in the API server's URL, which is not shown",
    path: ["kubernetes", "address"],
    value: "https://root:hunter2@10.1.10.11:6443",
    says: `kubernetes.address: "https://[hidden]@10.1.10.11:6443" ${apiServer}`,
  },
  {
    what: "no addresses of Vault",
    path: ["vault", "cidrs"],
    value: [],
    says: "vault.cidrs: [] must list at least one CIDR: without it no service reaches Vault",
  },
  {
    what: "no CIDR of Vault",
    path: ["vault", "cidrs", 0],
    value: "10.1.20.15",
    says: `vault.cidrs[0]: "10.1.20.15" ${cidr}`,
  },
  {
    what: "an audit log on no path",
    path: ["vault", "auditLog"],
    value: "audit.log",
    says: 'vault.auditLog: "audit.log" must be stdout or a file\'s absolute path, such as /var/log/vault/audit.log',
  },
  {
    what: "a broken certificate",
    path: ["vault", "caCertificate"],
    value: "-----BEGIN CERTIFICATE-----\nAAAA",
    says: 'vault.caCertificate: "-----BEGIN CERTIFICATE-----\\nAAAA" must be a whole certificate in PEM form (-----BEGIN CERTIFICATE-----)',
  },
  {
    what: "a registry with a scheme",
    path: ["registry"],
    value: "https://registry.dc1",
    says: `registry: "https://registry.dc1" ${registry}`,
  },
  {
    what: "a registry's port out of range",
    path: ["registry"],
    value: "registry.dc1:99999",
    says: `registry: "registry.dc1:99999" ${registry}`,
  },
  {
    what: "a domain with ö",
    path: ["domains", "public"],
    value: "österreich.example",
    says: `domains.public: "österreich.example" ${dnsName}`,
  },
  {
    what: "an unknown kind",
    path: ["exposure", "kind"],
    value: "loadbalancer",
    says: 'exposure.kind: "loadbalancer" must be "ingress" or "gateway"',
  },
  {
    what: "no pod labels",
    path: [...controller, "podLabels"],
    value: {},
    says: "exposure.controller.podLabels: {} must name at least one label: an empty selector would admit every pod",
  },
  {
    what: "a label's key with a space",
    path: [...controller, "podLabels"],
    value: { "a b": "x" },
    says: 'exposure.controller.podLabels["a b"]: this name must be a label\'s key, such as app.kubernetes.io/name',
  },
  {
    what: "a label that is no text",
    path: [...controller, "podLabels"],
    value: { "a.b/c": true },
    says: 'exposure.controller.podLabels["a.b/c"]: true must be text in quotes',
  },
  { what: "port 0", path: [...relay, "port"], value: 0, says: `endpoints.mail-relay.port: 0 ${port}` },
  { what: "port 70000", path: [...relay, "port"], value: 70000, says: `endpoints.mail-relay.port: 70000 ${port}` },
  { what: 'port "http"', path: [...relay, "port"], value: "http", says: `endpoints.mail-relay.port: "http" ${port}` },
  {
    what: "a host with a port",
    path: [...relay, "host"],
    value: "smtp:587",
    says: `endpoints.mail-relay.host: "smtp:587" ${dnsName}`,
  },
  {
    what: "an endpoint's name in capitals",
    path: ["endpoints", "Mail_Relay"],
    value: { host: "a.b", port: 1, cidrs: ["10.0.0.0/8"] },
    says: `endpoints.Mail_Relay: this name ${label}`,
  },
  {
    what: "no addresses",
    path: [...relay, "cidrs"],
    value: [],
    says: "endpoints.mail-relay.cidrs: [] must list at least one CIDR: without it the network rules open nothing",
  },
  {
    what: "an address for a CIDR",
    path: [...relay, "cidrs", 0],
    value: "10.1.40.25",
    says: `endpoints.mail-relay.cidrs[0]: "10.1.40.25" ${cidr}`,
  },
  {
    what: "a prefix that is too long",
    path: [...relay, "cidrs", 0],
    value: "10.1.40.0/33",
    says: `endpoints.mail-relay.cidrs[0]: "10.1.40.0/33" ${cidr}`,
  },
  {
    what: "host bits",
    path: [...relay, "cidrs", 0],
    value: "10.1.40.25/24",
    says: 'endpoints.mail-relay.cidrs[0]: "10.1.40.25/24" has bits set behind its prefix length; write the network\'s first address, or /32 for one host',
  },
];

describe("a site that is wrong", () => {
  it.each(wrongSites)("$what", async ({ path, value, says }) => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:site", ...path], value)));
    expect(lines).toEqual([`Pulumi.dc1.yaml: gemelos:site.${says}`]);
  });

  it("is told all of its problems at once, counted as people count", async () => {
    const text = siteText.replaceAll("role: worker", "role: labourer").replace("peer: dc2", "peer: dc1");
    const lines = await linesOf(() => readSiteFile(text));
    expect(lines.map((line) => line.split(": ")[1])).toEqual(
      [3, 4, 5, 6].map((index) => `gemelos:site.nodes[${index}].role`),
    );
  });

  it("an empty map is told each key that it lacks", async () => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:site"], {})));
    expect(lines).toHaveLength(10);
    for (const line of lines)
      expect(line).toMatch(/^Pulumi\.dc1\.yaml: gemelos:site\.[a-z]+: is missing; add it \(must /);
  });
});
