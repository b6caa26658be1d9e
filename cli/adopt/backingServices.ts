import { cidrOf, listAt } from "../../components/kubernetes/index.ts";
import type { BackingService } from "../../components/siteData.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";
import type { ManifestDocument } from "./documents.ts";

/** A site's backing services by name. */
type BackingServices = Readonly<Record<string, BackingService>>;

/** Names of the backing services to which the NetworkPolicies open the way, in the order of the rules. */
export function readBackingServices(
  documents: readonly ManifestDocument[],
  sites: readonly BackingServices[],
): string[] {
  const rules = documents
    .filter(({ kind }) => kind === "NetworkPolicy")
    .flatMap(({ object }) => listAt(object, "spec", "egress"));
  return [...new Set(rules.flatMap((rule) => backingServiceOf(rule, sites) ?? []))];
}

/** The endpoint whose addresses and port, in one of the sites, are those of an egress rule. */
export function backingServiceOf(rule: unknown, sites: readonly BackingServices[]): string | undefined {
  const peers = listAt(rule, "to");
  const cidrs = peers.map((peer) =>
    isObject(peer) && Object.keys(peer).length === 1 ? at(peer, "ipBlock", "cidr") : undefined,
  );
  const ports = listAt(rule, "ports").map((port) => at(port, "port"));
  if (cidrs.length === 0 || ports.length !== 1) return undefined;
  const wanted = JSON.stringify(cidrs.toSorted());
  return sites
    .flatMap((site) => Object.entries(site))
    .find(
      ([, endpoint]) => endpoint.port === ports[0] && JSON.stringify(endpoint.cidrs.map(cidrOf).toSorted()) === wanted,
    )?.[0];
}
