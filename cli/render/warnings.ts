import { riskyOptions } from "../../components/description/index.ts";
import { type CidrEntry, cidrOf, hostCidr, overlap } from "../../components/kubernetes/index.ts";
import type { EncryptionAtRest, ExposureTls, Site, SiteNetwork } from "../../components/siteData.ts";
import type { SiteMonitoring } from "../../components/siteMonitoring.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";
import { exceptionWarning } from "../../recorder/securityExceptions.ts";

/** Valid but questionable settings of a service, one sentence each, to be printed after the service's name. */
export function serviceWarnings(
  service: PlainMicroservice,
  replicas: { readonly min: number; readonly max: number },
): string[] {
  const { paused, exposure, ports, metrics, securityExceptions, jvm, cardholderData, volumes } = service;
  return [
    ...(paused ? ["is paused: no replica runs in either site"] : []),
    ...(replicas.min === 1 ? [singleReplica(service)] : []),
    ...(cardholderData && Object.keys(volumes).length > 0
      ? [
          `handles cardholder data and keeps files in ${Object.keys(volumes).join(", ")}: their storage must encrypt them`,
        ]
      : []),
    ...(jvm.otherMebibytes < 300
      ? [
          `leaves ${jvm.otherMebibytes}Mi beside a heap of ${jvm.heapPercentage} %: metaspace, threads and buffers usually need 300Mi`,
        ]
      : []),
    ...(exposure !== undefined && ports !== undefined && ports.http === ports.management
      ? ["exposes its management endpoints, because ports.http and ports.management are the same"]
      : []),
    ...(metrics === undefined ? ["has no metrics, so nobody sees its heap, latency or errors"] : []),
    ...riskyOptions(service).flatMap(({ path, name, risk }) =>
      risk === "debug" ? [`opens its JVM to whoever reaches it: ${name} in ${path}`] : [],
    ),
    ...Object.entries(securityExceptions).map(([name, { reason }]) => exceptionWarning(name, reason)),
  ];
}

function singleReplica({ runsAlone, volumes }: PlainMicroservice): string {
  if (!runsAlone) return "may run as a single replica: a drained node interrupts it, and it has no disruption budget";
  const alone = Object.entries(volumes).flatMap(([path, { accessMode }]) =>
    accessMode === "ReadWriteMany" ? [] : [`${path} is ${accessMode}`],
  );
  return `runs as one replica, because ${alone.join(" and ")}: each rollout and each drained node interrupt it`;
}

/** What the Kubernetes documentation says against a provider ("Encrypting Confidential Data at Rest", its table of providers). */
const encryptionWarnings: Readonly<Record<EncryptionAtRest, readonly string[]>> = {
  kms: [],
  secretbox: [],
  aesgcm: [
    "Secrets rest in etcd under aesgcm, whose key must be replaced every 200,000 writes: Kubernetes recommends it only where that happens by itself; kms or secretbox need no such care",
  ],
  aescbc: [
    "Secrets rest in etcd under aescbc, which Kubernetes calls weak and does not recommend, because CBC is open to padding oracle attacks; change to kms or secretbox",
  ],
  none: [
    "the registry's credentials rest in etcd in the clear, in the Secret registry of each namespace, because kubernetes.encryptionAtRest is none",
  ],
};

/** Settings of a site that are allowed, with a reason or without, and that whoever reads a report should know. */
export function siteWarnings(site: Site): string[] {
  const { kubernetes, vault, backingServices, exposure, monitoring, network } = site;
  const opened = (what: string, cidrs: readonly CidrEntry[]) =>
    cidrs.flatMap((entry) =>
      typeof entry === "string" ? [] : [`${what} is opened to ${cidrOf(entry)}: ${entry.reason}`],
    );
  return [
    ...encryptionWarnings[kubernetes.encryptionAtRest],
    ...(kubernetes.encryptionAtRest === "none" && keysInEtcd(exposure.tls)
      ? [
          "the keys of exposed hosts rest in etcd in the clear, in their Secrets, because kubernetes.encryptionAtRest is none",
        ]
      : []),
    ...(site.timeZone === undefined
      ? [
          "no timeZone is stated for the sites: services have their images', UTC as a rule, in which an evening in Lima is of the next day",
        ]
      : []),
    ...(site.locale === undefined
      ? [
          "no locale is stated for the sites: services have their images', and where an image has none, a JVM writes ñandú as ?and?",
        ]
      : []),
    ...opened("Vault", vault.cidrs),
    ...Object.entries(backingServices).flatMap(([name, { cidrs = [] }]) =>
      opened(`the backing service ${name}`, cidrs),
    ),
    ...opened("every exposed service", exposure.controller.cidrs ?? []),
    ...monitoringWarnings(monitoring, opened),
    ...opened("what nodes may reach", network?.tunnelCidrs ?? []),
    ...(network === undefined ? [] : cacheWarnings(network)),
  ];
}

/** What nobody watches, and whom monitoring lets in. */
function monitoringWarnings(
  monitoring: SiteMonitoring | undefined,
  opened: (what: string, cidrs: readonly CidrEntry[]) => string[],
): string[] {
  switch (monitoring?.kind) {
    case "none":
      return ["nobody watches this site, because monitoring.kind is none: no node, no service, no certificate"];
    case "prometheus":
      return [
        ...opened("Prometheus", monitoring.peer?.cidrs ?? []),
        ...opened("the probes of exposed hosts", monitoring.entranceCidrs ?? []),
        ...(monitoring.peer === undefined
          ? ["nobody here notices when the other site falls silent, because monitoring.peer is not stated"]
          : []),
        ...(monitoring.kubeletCertificates === "self-signed"
          ? ["kubelets' certificates are verified by nobody, because monitoring.kubeletCertificates is self-signed"]
          : []),
      ];
    case "operator":
      return [];
    default:
      return opened("every port of metrics", monitoring?.cidrs ?? []);
  }
}

/** The most places that a warning names. */
const namedPlaces = 6;

/** The warning about what is still to be filled in; none where nothing is. */
export function placeholderWarnings(places: readonly string[]): string[] {
  if (places.length === 0) return [];
  const more = places.length > namedPlaces ? ` and ${places.length - namedPlaces} more` : "";
  const named = places.slice(0, namedPlaces).join(", ");
  return [`placeholders are left, which npm run check and every deployment refuse: ${named}${more}`];
}

function keysInEtcd(tls: ExposureTls): boolean {
  const sources = Object.values(tls).flatMap(({ source, hosts = {} }) => [
    source,
    ...Object.values(hosts).map((host) => host.source),
  ]);
  return sources.some((source) => source !== "controller");
}

/** A cache has an address that only its own node knows, or takes over that of the Service in front of the resolver. */
function cacheWarnings({ serviceCidrs, dns }: SiteNetwork): string[] {
  return (dns?.cacheAddresses ?? [])
    .filter((address) => ![...linkLocal, ...serviceCidrs].some((range) => overlap(hostCidr(address), range)))
    .map(
      (address) =>
        `pods may ask ${address} for names, though it is neither link-local nor in network.serviceCidrs, so it may be another machine than the pod's own node: compare network.dns.cacheAddresses with /etc/resolv.conf of a pod`,
    );
}

const linkLocal = ["169.254.0.0/16", "fe80::/10"];
