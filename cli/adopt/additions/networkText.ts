import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import type { Comparison } from "../fields/fieldOutcome.ts";
import { withApiDefaults } from "./apiDefaults.ts";

const directions = ["Ingress", "Egress"] as const;
type Direction = (typeof directions)[number];

/** Which directions some NetworkPolicy closes. */
function closedBy(policies: readonly PlainObject[]): ReadonlySet<unknown> {
  return new Set(
    policies.flatMap((policy) => listed(at(withApiDefaults("NetworkPolicy", policy), "spec", "policyTypes"))),
  );
}

/** Directions that were open and are closed now: a pod that no policy names speaks with everybody. */
export function newlyClosed({ originals, sites }: Comparison): Direction[] {
  const policies = originals.documents.filter(({ kind }) => kind === "NetworkPolicy").map(({ object }) => object);
  const earlier = closedBy(policies);
  const later = closedBy(sites.map(({ objects }) => objects["NetworkPolicy"]).filter(isObject));
  return directions.filter((direction) => later.has(direction) && !earlier.has(direction));
}

/** How many peers of a rule are named. */
const mostPeers = 4;

/** Who is let through in a direction: `monitoring/prometheus to 8080`. */
export function letThrough(policy: PlainObject | undefined, direction: Direction): string[] {
  return listed(at(policy, "spec", direction.toLowerCase())).map((rule) => {
    const all = listed(at(rule, direction === "Ingress" ? "from" : "to")).map(peerText);
    // The nodes of a site may be many.
    const peers = all.length > mostPeers + 1 ? [...all.slice(0, mostPeers), `${all.length - mostPeers} others`] : all;
    const ports = listed(at(rule, "ports")).map((port) => String(at(port, "port")));
    return `${peers.join(" and ") || "everybody"}${ports.length === 0 ? "" : ` (${ports.join(", ")})`}`;
  });
}

function peerText(peer: unknown): string {
  const cidr = at(peer, "ipBlock", "cidr");
  if (cidr !== undefined) return String(cidr);
  const namespace = at(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name");
  const labels = Object.entries(at(peer, "podSelector", "matchLabels") ?? {});
  const name = labels.find(([key]) => key === "app.kubernetes.io/name")?.[1];
  const pods = name ?? (labels.map(([key, value]) => `${key}=${String(value)}`).join(",") || "*");
  return `${String(namespace ?? "*")}/${String(pods)}`;
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
