import { isIP } from "node:net";
import { z } from "zod";
import {
  type CidrEntry,
  cidr,
  cidrEntry,
  cidrOf,
  cidrProblem,
  dnsLabel,
  dnsName,
  type Fields,
  hostCidr,
  narrower,
  overlap,
  podLabels,
  sharedCidr,
} from "../components/kubernetes/index.ts";
import type {
  SiteData,
  SiteDns,
  SiteNetwork,
  SourceAddresses,
  SourcePods,
  TrafficSource,
} from "../components/siteData.ts";
import { scrapersOf } from "../components/workload/index.ts";

/** Roles of nodes. */
export const nodeRole = z.enum(["control-plane", "worker"]);

const ipAddressRule = "must be an IP address, such as 10.1.0.11";
/** An IPv4 or IPv6 address. */
export const ipAddress = z
  .string(ipAddressRule)
  .regex(/^[\da-fA-F.:]+$/, ipAddressRule)
  .refine((text) => isIP(text) !== 0, ipAddressRule);

const atLeastOne = "must list at least one; without any remove the key";

const pods = { namespace: dnsLabel, podLabels } satisfies Fields<SourcePods>;

const addresses = {
  nodeRoles: z.array(nodeRole).min(1, atLeastOne).exactOptional(),
  cidrs: z.array(cidrEntry).min(1, atLeastOne).exactOptional(),
} satisfies Fields<SourceAddresses>;

function inOnePlace(stated: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  isInOnePlace(stated, ["nodeRoles", "cidrs"], ["namespace", "podLabels"], sources, context);
}

// The check holds that one of the two is whole, and the library does not narrow a type by a check.
/** Where traffic comes from: pods, or addresses, and never both. */
export const trafficSource = z
  .strictObject({ ...pods, ...addresses })
  .partial({ namespace: true, podLabels: true })
  .superRefine(inOnePlace) as unknown as z.ZodType<TrafficSource>;

/** The same, with the kind that says that others watch the site. */
export const externalMonitoring = z
  .strictObject({ kind: z.literal("external"), ...pods, ...addresses })
  .partial({ namespace: true, podLabels: true })
  .superRefine(inOnePlace);

const sources =
  "namespace and podLabels say which pods they are, nodeRoles and cidrs from which addresses they come on a node's own network or outside the cluster";

const dns = z
  .strictObject({
    domain: dnsName.exactOptional(),
    namespace: dnsLabel.exactOptional(),
    podLabels: podLabels.exactOptional(),
    cacheAddresses: z.array(ipAddress).min(1, atLeastOne).exactOptional(),
  } satisfies Fields<SiteDns>)
  .superRefine((stated, context) => {
    if ((stated.namespace === undefined) === (stated.podLabels === undefined)) return;
    const [there, missing] =
      stated.namespace === undefined ? (["podLabels", "namespace"] as const) : (["namespace", "podLabels"] as const);
    context.addIssue({
      code: "custom",
      path: [missing],
      message: `is missing beside ${there}; pods are named by both`,
    });
  });

/** Accepts `network` of a site's data. */
export const network = z.strictObject({
  podCidrs: z.array(sharedCidr).min(1, "must list at least one CIDR"),
  serviceCidrs: z.array(cidr).min(1, "must list at least one CIDR"),
  tunnelCidrs: z.array(cidrEntry).min(1, atLeastOne).exactOptional(),
  dns: dns.exactOptional(),
} satisfies Fields<SiteNetwork>);

/** Something is at addresses or in pods: both would open more than it is, and none would open nothing. */
export function isInOnePlace(
  stated: Readonly<Record<string, unknown>>,
  ofAddresses: readonly string[],
  ofPods: readonly string[],
  places: string,
  context: z.RefinementCtx,
): void {
  const issue = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  const isStated = (field: string) => stated[field] !== undefined;
  const outside = ofAddresses.filter(isStated);
  const inside = ofPods.filter(isStated).join(" and ");
  if (outside.length > 0 && inside !== "") {
    for (const field of outside) issue(field, `stand beside ${inside}; ${places}: remove one of them`);
  } else if (outside.length === 0 && inside === "") {
    issue("cidrs", `are missing; ${places}: add one of them`);
  } else if (outside.length === 0) {
    for (const field of ["namespace", "podLabels"].filter((each) => !isStated(each))) {
      issue(field, `is missing beside ${inside}; ${places}`);
    }
  }
}

/** A list of CIDRs in a site's data, and what to write where it holds what is refused. */
interface CidrList {
  readonly path: readonly string[];
  readonly cidrs: readonly CidrEntry[];
  /** What to write for one of the cluster's own nodes. */
  readonly forNode: string;
  /** What to write for pods. */
  readonly forPods: string;
}

function cidrLists({ vault, backingServices, exposure, monitoring }: SiteData): CidrList[] {
  const podsOr = "state namespace and podLabels, or { cidr, reason } where it must be so";
  const nodesOr = "state nodeRoles, which have the tunnels' addresses too, or { cidr, reason } where it must be so";
  return [
    { path: ["vault", "cidrs"], cidrs: vault.cidrs, forNode: narrower, forPods: narrower },
    ...Object.entries(backingServices).map(([name, { cidrs = [] }]) => ({
      path: ["backingServices", name, "cidrs"],
      cidrs,
      forNode: narrower,
      forPods: podsOr,
    })),
    {
      path: ["exposure", "controller", "cidrs"],
      cidrs: exposure.controller.cidrs ?? [],
      forNode: nodesOr,
      forPods: podsOr,
    },
    ...monitoringCidrs(monitoring).map((list) => ({ ...list, forNode: nodesOr, forPods: podsOr })),
  ];
}

/** The lists of addresses that a site's monitoring opens. */
export function monitoringCidrs(monitoring: SiteData["monitoring"]): Pick<CidrList, "path" | "cidrs">[] {
  if (monitoring?.kind === "none" || monitoring?.kind === "operator") return [];
  if (monitoring?.kind !== "prometheus") return [{ path: ["monitoring", "cidrs"], cidrs: monitoring?.cidrs ?? [] }];
  return [
    { path: ["monitoring", "peer", "cidrs"], cidrs: monitoring.peer?.cidrs ?? [] },
    { path: ["monitoring", "entranceCidrs"], cidrs: monitoring.entranceCidrs ?? [] },
  ];
}

/**
 * Holds the addresses of a site against each other: those that rules open, the machines' own, and the ranges of pods and
 * Services. An entry with its reason stands.
 */
export function addressesAreApart(site: SiteData, context: z.RefinementCtx): void {
  const issue = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  const { serviceCidrs = [], tunnelCidrs = [], dns } = site.network ?? {};
  const podCidrs = (site.network?.podCidrs ?? []).map(cidrOf);
  for (const { path, cidrs, forNode, forPods } of cidrLists(site)) {
    for (const [index, entry] of cidrs.entries()) {
      if (typeof entry !== "string" || cidrProblem(entry) !== undefined) continue;
      const at = [...path, index];
      const node = site.nodes.find(({ address }) => overlap(entry, hostCidr(address)));
      // A rule that opens a machine of the cluster opens its kubelet, and whatever listens on the host's network.
      if (node !== undefined) issue(at, `holds the cluster's own node ${node.name} (${node.address}); ${forNode}`);
      const ofPods = podCidrs.find((range) => overlap(entry, range));
      if (ofPods !== undefined) {
        issue(at, `overlaps the pods' network ${ofPods}, where an address is another pod's tomorrow; ${forPods}`);
      }
      const ofServices = serviceCidrs.find((range) => overlap(entry, range));
      if (ofServices !== undefined) {
        issue(
          at,
          `overlaps the Services' range ${ofServices}, and network rules see a pod's address, never a Service's; ${forPods}`,
        );
      }
    }
  }
  for (const [index, range] of serviceCidrs.entries()) {
    const pods = podCidrs.find((other) => overlap(range, other));
    if (pods !== undefined) issue(["network", "serviceCidrs", index], `overlaps the pods' network ${pods}; ${ranges}`);
  }
  for (const [index, { address }] of site.nodes.entries()) {
    const range = [...podCidrs, ...serviceCidrs].find((each) => overlap(hostCidr(address), each));
    if (range !== undefined) issue(["nodes", index, "address"], `is in the range ${range} of the network; ${ranges}`);
  }
  for (const [index, entry] of tunnelCidrs.entries()) {
    const pods = podCidrs.find((range) => overlap(cidrOf(entry), range));
    if (typeof entry !== "string" || pods === undefined || entry === hostCidr(entry.replace(/\/.*/, ""))) continue;
    issue(
      ["network", "tunnelCidrs", index],
      `is more than one address of the pods' network ${pods}, and every pod in it would pass as a node; write each node's tunnel address as /32, or { cidr, reason } for a range that tunnels alone have`,
    );
  }
  for (const [index, address] of (dns?.cacheAddresses ?? []).entries()) {
    const pods = podCidrs.find((range) => overlap(hostCidr(address), range));
    if (pods === undefined) continue;
    issue(
      ["network", "dns", "cacheAddresses", index],
      `is in the pods' network ${pods}, where a cache on the node has none; name its pods by namespace and podLabels`,
    );
  }
}

const ranges = "machines, pods and Services have ranges of their own; correct one of them";

/** Each role that a peer of network rules names is some node's: the rules would open nothing to it. */
export function rolesHaveNodes({ exposure, monitoring, nodes }: SiteData, context: z.RefinementCtx): void {
  const peers = [
    [["exposure", "controller"], exposure.controller],
    [["monitoring"], scrapersOf(monitoring)],
  ] as const;
  for (const [path, peer] of peers) {
    for (const [index, role] of (peer?.nodeRoles ?? []).entries()) {
      if (nodes.some((node) => node.role === role)) continue;
      context.addIssue({
        code: "custom",
        path: [...path, "nodeRoles", index],
        message: `is no node's role, so nobody would get in; add the node, or name a role that some node has`,
      });
    }
  }
}
