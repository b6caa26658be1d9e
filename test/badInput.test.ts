import { describe, expect, it } from "vitest";
import { expectTold, fieldOf, linesOf, readSiteFile, shown, siteText, siteWith } from "./support/wrongInput.ts";

const label = /DNS label/;
const dnsName = /DNS name.*xn--/;
const port = /port.*1 to 65535/;
const bytes = /bytes above zero.*"512Mi"/;
const cpu = /CPU.*above zero.*"200m"/;
const cidr = /CIDR.*10\.1\.20\.0\/24/;
const uid = /UID in lower case.*kubectl get namespace kube-system/;
const vault = /https URL.*host name or an IP address.*without user, password or path/;
const apiServer = /https URL without path, user or password/;
const registry = /host with an optional port, without scheme or path/;
const zone = /UTC or a time zone of the IANA database.*America\/Lima/;
const language = /language and a country that a JVM knows, with UTF-8, such as es_PE\.UTF-8/;
const unknown = /unknown.*remove it or correct/;
const relay = ["backingServices", "mail-relay"];
const controller = ["exposure", "controller"];

interface Wrong {
  readonly what: string;
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
  /** The words that matter of what a person reads behind the field and its value. */
  readonly says: RegExp;
  /** The field that is named, where it is not the one that was changed. */
  readonly field?: string;
  /** What stands behind the field, where it is not the value: a key is no value, a long list and a password are not shown. */
  readonly shows?: "" | "[]" | `["${string}"]` | "this list" | `"${string}"` | `"https://[hidden]@${string}"`;
}

const wrongSites: readonly Wrong[] = [
  { what: "an unknown key", path: ["colour"], value: "blue", shows: "", says: unknown },
  { what: "an unknown key inside", path: ["vault", "tokn"], value: "x", shows: "", says: unknown },
  { what: "no contact", path: ["contact"], says: /^is missing; add it .*line of text/ },
  { what: "no kubernetes", path: ["kubernetes"], says: /^is missing; add it .*map/ },
  { what: "no exposure", path: ["exposure"], says: /^is missing; add it .*kind: "ingress" or "gateway"/ },
  { what: "no kind", path: ["exposure", "kind"], says: /^is missing; add it .*"ingress" or "gateway"/ },
  { what: "no disk", path: ["nodes", 0, "disk"], says: /^is missing; add it .*bytes.*"512Mi"/ },
  { what: "a number for text", path: ["contact"], value: 7, says: /text in quotes/ },
  { what: "nothing for text", path: ["contact"], value: null, says: /text in quotes/ },
  { what: "empty text", path: ["contact"], value: "", says: /not be empty/ },
  { what: "two lines", path: ["contact"], value: "a\nb", says: /single line/ },
  { what: "text for a map", path: ["kubernetes"], value: "none", says: /must be a map/ },
  { what: "a map for a list", path: ["nodes"], value: {}, says: /must be a list/ },
  { what: "a list for a map", path: ["backingServices"], value: [], says: /must be a map/ },
  { what: "64GB", path: ["nodes", 0, "memory"], value: "64GB", says: bytes },
  { what: "no memory at all", path: ["nodes", 0, "memory"], value: "0Gi", says: bytes },
  { what: "CPU in words", path: ["nodes", 1, "cpu"], value: "eight", says: cpu },
  { what: "CPU without quotes", path: ["nodes", 1, "cpu"], value: 8, says: /CPU.*in quotes/ },
  {
    what: "an ingress controller whose annotations nobody knows",
    path: ["exposure", "implementation"],
    value: "traefik",
    says: /one of haproxy-ingress, ingress-nginx/,
  },
  { what: "hosts without certificates", path: ["exposure", "tls"], says: /^is missing; add it .*map/ },
  {
    what: "a domain whose certificates come from nowhere",
    path: ["exposure", "tls", "internal"],
    says: /^is missing; add it .*source: "issued", "supplied", "cert-manager" or "controller"/,
  },
  {
    what: "a source that nobody knows",
    path: ["exposure", "tls", "public", "source"],
    value: "letsencrypt",
    says: /must be "issued", "supplied", "cert-manager" or "controller"/,
  },
  {
    what: "a host whose source is not stated",
    path: ["exposure", "tls", "public", "hosts"],
    value: { api: {} },
    field: "exposure.tls.public.hosts.api.source",
    shows: "",
    says: /^is missing; add it .*"issued", "supplied", "cert-manager" or "controller"/,
  },
  {
    what: "cert-manager without its issuer",
    path: ["exposure", "tls", "public", "source"],
    value: "cert-manager",
    field: "exposure.tls.public.clusterIssuer",
    shows: "",
    says: /^is missing; add it .*DNS name/,
  },
  {
    what: "an issuer where nobody asks one",
    path: ["exposure", "tls", "public", "clusterIssuer"],
    value: "authority",
    shows: "",
    says: unknown,
  },
  {
    what: "a mark in words",
    path: ["backingServices", "mail-relay", "cardholderData"],
    value: "no",
    says: /true or false, without quotes/,
  },
  { what: "an unknown role", path: ["nodes", 0, "role"], value: "master", says: /one of control-plane, worker/ },
  { what: "an address out of range", path: ["nodes", 0, "address"], value: "10.1.10.300", says: /IP address/ },
  { what: "an address twice", path: ["nodes", 2, "address"], value: "10.1.10.12", says: /nodes\[1\].*unique/ },
  { what: "a name twice", path: ["nodes", 2, "name"], value: "cp2.dc1.tax.example", says: /nodes\[1\].*unique/ },
  { what: "a node's name with ñ", path: ["nodes", 0, "name"], value: "año.dc1.tax.example", says: dnsName },
  { what: "an unknown kind", path: ["nodes", 0, "kind"], value: "blade", says: /one of metal, vm/ },
  {
    what: "a VM without a host",
    path: ["nodes", 0, "host"],
    says: /^is missing; add .*physical machine.*or write kind: metal/,
  },
  {
    what: "a host of a physical machine",
    path: ["nodes", 3, "host"],
    value: "h1",
    says: /write kind: vm, or remove it/,
  },
  {
    what: "a host that is a VM",
    path: ["nodes", 0, "host"],
    value: "cp2.dc1.tax.example",
    says: /itself a VM \(nodes\[1\]\); name the physical machine/,
  },
  { what: "a VM that is its own host", path: ["nodes", 0, "host"], value: "cp1.dc1.tax.example", says: /itself a VM/ },
  { what: "a host with ñ", path: ["nodes", 0, "host"], value: "caña.dc1.tax.example", says: dnsName },
  { what: "a long host", path: ["nodes", 0, "host"], value: `${"h".repeat(60)}.dc1`, says: /63 characters.*label/ },
  { what: "no zone of one node", path: ["nodes", 4, "zone"], says: /^is missing.*nodes\[0\] has one.*or remove all/ },
  { what: "an empty zone", path: ["nodes", 4, "zone"], value: "", says: /not be empty: name the rack/ },
  { what: "a zone of two words", path: ["nodes", 4, "zone"], value: "rack a", says: /label's value.*63/ },
  {
    what: "a VM in another zone than its host",
    path: ["nodes", 0, "host"],
    value: "worker2.dc1.tax.example",
    field: "nodes[4].zone",
    shows: '"rack-b"',
    says: /zone of nodes\[0\].*machine worker2\.dc1\.tax\.example.*correct one/,
  },
  {
    what: "VMs of one host in two zones",
    path: ["nodes", 1, "host"],
    value: "hypervisor1.dc1.tax.example",
    field: "nodes[1].zone",
    shows: '"rack-b"',
    says: /zone of nodes\[0\].*machine hypervisor1\.dc1\.tax\.example/,
  },
  { what: "no node", path: ["nodes"], value: [], says: /at least one node/ },
  {
    what: "no worker",
    path: ["nodes"],
    value: [
      {
        ...{ name: "cp1.dc1.tax.example", address: "10.1.10.11", role: "control-plane" },
        ...{ cpu: "8", memory: "32Gi", disk: "400Gi" },
      },
    ],
    shows: "this list",
    says: /role "worker".*add one/,
  },
  { what: "a peer that is itself", path: ["peer"], value: "dc1", says: /itself; name the other site/ },
  { what: "a peer in capitals", path: ["peer"], value: "DC2", says: label },
  { what: "a UID that is none", path: ["kubernetes", "clusterUid"], value: "tax-dc1", says: uid },
  {
    what: "a UID in capitals",
    path: ["kubernetes", "clusterUid"],
    value: "6F1C2B6E-3F0E-4B59-9A53-0D9A5C1E7A11",
    says: uid,
  },
  { what: "a time zone of nowhere", path: ["timeZone"], value: "Peru/Lima", says: zone },
  {
    what: "a time zone in small letters",
    path: ["timeZone"],
    value: "america/lima",
    says: /UTC without a word; write America\/Lima/,
  },
  { what: "an offset", path: ["timeZone"], value: "-05:00", says: zone },
  { what: "a language without a country", path: ["locale"], value: "es", says: language },
  { what: "a country that no JVM knows", path: ["locale"], value: "es_XX.UTF-8", says: language },
  { what: "a locale without an encoding", path: ["locale"], value: "es_PE", says: language },
  { what: "an encoding that is not UTF-8", path: ["locale"], value: "es_PE.ISO-8859-1", says: language },
  {
    what: "unknown encryption",
    path: ["kubernetes", "encryptionAtRest"],
    value: "aes",
    says: /one of kms, secretbox, aesgcm, aescbc, none/,
  },
  {
    what: "Vault over http",
    path: ["vault", "address"],
    value: "http://vault.dc1.tax.example:8200",
    says: vault,
  },
  {
    what: "the address of Vault's web page",
    path: ["vault", "address"],
    value: "https://vault.dc1.tax.example:8200/ui",
    says: vault,
  },
  { what: "a host for a URL", path: ["vault", "address"], value: "vault.dc1", says: vault },
  {
    what: "a password in a URL, which is not shown",
    path: ["vault", "address"],
    value: "https://root:hunter2@vault.dc1.tax.example",
    shows: '"https://[hidden]@vault.dc1.tax.example"',
    says: vault,
  },
  {
    what: "an API server over http",
    path: ["kubernetes", "address"],
    value: "http://10.1.10.11:6443",
    says: apiServer,
  },
  {
    what: "an API server with a path",
    path: ["kubernetes", "address"],
    value: "https://kubernetes.dc1.tax.example/api",
    says: apiServer,
  },
  {
    what: "a password in the API server's URL, which is not shown",
    path: ["kubernetes", "address"],
    value: "https://root:hunter2@10.1.10.11:6443",
    shows: '"https://[hidden]@10.1.10.11:6443"',
    says: apiServer,
  },
  { what: "no addresses of Vault", path: ["vault", "cidrs"], value: [], says: /at least one CIDR.*Vault/ },
  { what: "no CIDR of Vault", path: ["vault", "cidrs", 0], value: "10.1.20.15", says: cidr },
  {
    what: "an audit log on no path",
    path: ["vault", "auditLog"],
    value: "audit.log",
    says: /stdout or .*absolute path/,
  },
  {
    what: "a broken certificate",
    path: ["vault", "caCertificate"],
    value: "-----BEGIN CERTIFICATE-----\nAAAA",
    says: /certificate in PEM/,
  },
  { what: "a registry with a scheme", path: ["registry"], value: "https://registry.dc1", says: registry },
  { what: "a registry's port out of range", path: ["registry"], value: "registry.dc1:99999", says: registry },
  { what: "a domain with ö", path: ["domains", "public"], value: "österreich.example", says: dnsName },
  { what: "an unknown kind", path: ["exposure", "kind"], value: "loadbalancer", says: /"ingress" or "gateway"/ },
  { what: "no pod labels", path: [...controller, "podLabels"], value: {}, says: /at least one label.*every pod/ },
  {
    what: "a label's key with a space",
    path: [...controller, "podLabels"],
    value: { "a b": "x" },
    field: 'exposure.controller.podLabels["a b"]',
    shows: "",
    says: /key as Kubernetes takes it.*such as example\.org\/team/,
  },
  {
    what: "a label that is no text",
    path: [...controller, "podLabels", "app"],
    value: true,
    says: /text in quotes/,
  },
  { what: "port 0", path: [...relay, "port"], value: 0, says: port },
  { what: "port 70000", path: [...relay, "port"], value: 70000, says: port },
  { what: 'port "http"', path: [...relay, "port"], value: "http", says: port },
  { what: "a host with a port", path: [...relay, "host"], value: "smtp:587", says: dnsName },
  {
    what: "a backing service's name in capitals",
    path: ["backingServices", "Mail_Relay"],
    value: { host: "a.b", port: 1, cidrs: ["10.0.0.0/8"] },
    shows: "",
    says: label,
  },
  {
    what: "a backing service that is nowhere",
    path: relay,
    value: { host: "smtp.example", port: 587 },
    field: "backingServices.mail-relay.cidrs",
    shows: "",
    says: /are missing; .*outside the cluster.*namespace and podLabels.*add one of them/,
  },
  {
    what: "a backing service at addresses and in pods",
    path: relay,
    value: {
      host: "smtp.mail.svc",
      port: 587,
      cidrs: ["10.1.40.25/32"],
      namespace: "mail",
      podLabels: { app: "smtp" },
    },
    field: "backingServices.mail-relay.cidrs",
    shows: "",
    says: /stand beside namespace and podLabels; .*remove one of them/,
  },
  {
    what: "a backing service in any pod of a namespace",
    path: relay,
    value: { host: "smtp.mail.svc", port: 587, namespace: "mail" },
    field: "backingServices.mail-relay.podLabels",
    shows: "",
    says: /is missing beside namespace; /,
  },
  {
    what: "pods without a namespace",
    path: relay,
    value: { host: "smtp.mail.svc", port: 587, podLabels: { app: "smtp" }, podPort: 25 },
    field: "backingServices.mail-relay.namespace",
    shows: "",
    says: /is missing beside podLabels and podPort; /,
  },
  {
    what: "a backing service's pods without labels",
    path: relay,
    value: { host: "smtp.mail.svc", port: 587, namespace: "mail", podLabels: {} },
    field: "backingServices.mail-relay.podLabels",
    shows: "",
    says: /at least one label.*every pod/,
  },
  {
    what: "a port of the pods that is none",
    path: relay,
    value: { host: "smtp.mail.svc", port: 587, namespace: "mail", podLabels: { app: "smtp" }, podPort: "smtp" },
    field: "backingServices.mail-relay.podPort",
    shows: '"smtp"',
    says: port,
  },
  { what: "no addresses", path: [...relay, "cidrs"], value: [], says: /at least one CIDR/ },
  { what: "an address for a CIDR", path: [...relay, "cidrs", 0], value: "10.1.40.25", says: cidr },
  { what: "a prefix that is too long", path: [...relay, "cidrs", 0], value: "10.1.40.0/33", says: cidr },
  {
    what: "host bits",
    path: [...relay, "cidrs", 0],
    value: "10.1.40.25/24",
    says: /prefix length.*first address.*\/32/,
  },
  {
    what: "everybody",
    path: [...relay, "cidrs", 0],
    value: "0.0.0.0/0",
    says: /every address.*write the addresses behind the host, or \{ cidr, reason \}/,
  },
  { what: "the metadata service", path: ["vault", "cidrs", 0], value: "169.254.169.254/32", says: /metadata/ },
  {
    what: "the cluster itself",
    path: [...relay, "cidrs", 0],
    value: "10.1.10.0/24",
    says: /own node cp1\.dc1.*10\.1\.10\.11/,
  },
  {
    what: "a database at the addresses of pods",
    path: [...relay, "cidrs", 0],
    value: "10.233.100.0/24",
    says: /overlaps the pods' network 10\.233\.64\.0\/18.*state namespace and podLabels/,
  },
  {
    what: "a database at the address of a Service",
    path: [...relay, "cidrs", 0],
    value: "10.233.0.15/32",
    says: /overlaps the Services' range 10\.233\.0\.0\/18.*never a Service's.*state namespace and podLabels/,
  },
  {
    what: "a controller stated both ways",
    path: controller,
    value: { nodeRoles: ["worker"], namespace: "ingress", podLabels: { app: "haproxy" } },
    field: "exposure.controller.nodeRoles",
    shows: '["worker"]',
    says: /stand beside namespace and podLabels; .*node's own network.*remove one of them/,
  },
  {
    what: "a controller that is nowhere",
    path: controller,
    value: {},
    field: "exposure.controller.cidrs",
    shows: "",
    says: /are missing; namespace and podLabels .*nodeRoles and cidrs.*add one of them/,
  },
  {
    what: "a controller in any pod of a namespace",
    path: controller,
    value: { namespace: "ingress" },
    field: "exposure.controller.podLabels",
    shows: "",
    says: /is missing beside namespace; /,
  },
  {
    what: "a controller on nodes of no role",
    path: controller,
    value: { nodeRoles: ["edge"] },
    field: "exposure.controller.nodeRoles[0]",
    shows: '"edge"',
    says: /one of control-plane, worker/,
  },
  {
    what: "a controller on no nodes",
    path: controller,
    value: { nodeRoles: [] },
    field: "exposure.controller.nodeRoles",
    shows: "[]",
    says: /at least one; without any remove the key/,
  },
  {
    what: "a controller at the nodes' addresses without their tunnels",
    path: controller,
    value: { cidrs: ["10.1.10.0/24"] },
    field: "exposure.controller.cidrs[0]",
    shows: '"10.1.10.0/24"',
    says: /own node cp1\.dc1.*state nodeRoles/,
  },
  {
    what: "whoever scrapes at the addresses of pods",
    path: ["monitoring"],
    value: { cidrs: ["10.233.64.0/20"] },
    field: "monitoring.cidrs[0]",
    shows: '"10.233.64.0/20"',
    says: /overlaps the pods' network .*state namespace and podLabels/,
  },
  {
    what: "no pods' network",
    path: ["network", "podCidrs"],
    says: /^is missing; add it .*list/,
  },
  {
    what: "pods and Services in one range",
    path: ["network", "serviceCidrs", 0],
    value: "10.233.0.0/16",
    says: /overlaps the pods' network 10\.233\.64\.0\/18; machines, pods and Services have ranges of their own/,
  },
  {
    what: "a machine in the pods' network",
    path: ["nodes", 0, "address"],
    value: "10.233.65.1",
    says: /is in the range 10\.233\.64\.0\/18 of the network; machines, pods/,
  },
  {
    what: "all pods as ends of tunnels",
    path: ["network", "tunnelCidrs"],
    value: ["10.233.64.0/18"],
    field: "network.tunnelCidrs[0]",
    shows: '"10.233.64.0/18"',
    says: /more than one address of the pods' network.*every pod in it would pass as a node.*\/32, or \{ cidr, reason \}/,
  },
  {
    what: "a DNS cache among the pods",
    path: ["network", "dns"],
    value: { cacheAddresses: ["10.233.64.10"] },
    field: "network.dns.cacheAddresses[0]",
    shows: '"10.233.64.10"',
    says: /in the pods' network.*name its pods by namespace and podLabels/,
  },
  {
    what: "a DNS cache's network",
    path: ["network", "dns"],
    value: { cacheAddresses: ["169.254.25.10/32"] },
    field: "network.dns.cacheAddresses[0]",
    shows: '"169.254.25.10/32"',
    says: /IP address, such as/,
  },
  {
    what: "a cluster's domain in capitals",
    path: ["network", "dns"],
    value: { domain: "Cluster.Local" },
    field: "network.dns.domain",
    shows: '"Cluster.Local"',
    says: dnsName,
  },
  {
    what: "a resolver in any namespace",
    path: ["network", "dns"],
    value: { podLabels: { app: "coredns" } },
    field: "network.dns.namespace",
    shows: "",
    says: /is missing beside podLabels; pods are named by both/,
  },
  {
    what: "everybody for no reason",
    path: [...relay, "cidrs", 0],
    value: { cidr: "0.0.0.0/0", reason: "x" },
    field: "backingServices.mail-relay.cidrs[0].reason",
    shows: '"x"',
    says: /reason that an auditor understands/,
  },
];

describe("a site that is wrong", () => {
  it.each(wrongSites)("$what", async ({ path, value, field = fieldOf(path), shows, says }) => {
    const lines = await linesOf(() => readSiteFile(siteWith(["gemelos:site", ...path], value)));
    expectTold(lines, {
      place: `Pulumi.dc1.yaml: gemelos:site.${field}`,
      shows: shows === "" ? undefined : (shows ?? shown(value)),
      says,
    });
    expect(lines.join()).not.toContain("hunter2");
  });

  it("a role that no node has lets nobody in", async () => {
    const onControlPlanes = siteWith(["gemelos:site", ...controller], { nodeRoles: ["control-plane"] });
    const lines = await linesOf(() => readSiteFile(onControlPlanes.replaceAll("role: control-plane", "role: worker")));
    expectTold(lines, {
      place: "Pulumi.dc1.yaml: gemelos:site.exposure.controller.nodeRoles[0]",
      shows: '"control-plane"',
      says: /is no node's role, so nobody would get in; add the node, or name a role/,
    });
  });

  it("an address that is refused may stand with its reason", async () => {
    const reason = "The IPPool that tunnels alone have";
    const tunnels = [{ cidr: "10.233.127.0/26", reason }, "10.233.70.0/32"];
    expect(await linesOf(() => readSiteFile(siteWith(["gemelos:site", "network", "tunnelCidrs"], tunnels)))).toEqual(
      [],
    );
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
    expect(lines).toHaveLength(9);
    for (const line of lines)
      expect(line).toMatch(/^Pulumi\.dc1\.yaml: gemelos:site\.[a-zA-Z]+: is missing; add it \(must /);
  });
});
