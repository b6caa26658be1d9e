import { canonicalText, listAt } from "../../../components/kubernetes/index.ts";
import type { BackingService } from "../../../components/siteData.ts";
import { backingServicePeers } from "../../../components/workload/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";

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

/** The backing service whose addresses or pods and port, in one of the sites, are those of an egress rule. */
export function backingServiceOf(rule: unknown, sites: readonly BackingServices[]): string | undefined {
  const peers = listAt(rule, "to");
  const ports = listAt(rule, "ports").map((port) => at(port, "port"));
  if (peers.length === 0 || ports.length !== 1) return undefined;
  const wanted = placesOf(peers);
  return sites
    .flatMap((site) => Object.entries(site))
    .find(
      ([, backingService]) =>
        (backingService.podPort ?? backingService.port) === ports[0] &&
        placesOf(backingServicePeers(backingService)) === wanted,
    )?.[0];
}

/** Peers as a text that is the same for the same peers in any order. */
function placesOf(peers: readonly unknown[]): string {
  return JSON.stringify(peers.map(canonicalText).toSorted());
}
