import { contentHash } from "../../components/kubernetes/index.ts";
import { serviceOf, titleOf } from "../../recorder/fields.ts";
import {
  at,
  isObject,
  type Plain,
  type PlainObject,
  type RegisteredResource,
} from "../../recorder/registeredResource.ts";
import { type Marker, markerPattern } from "./markers.ts";

/** A registered resource together with the outputs recorded for it in `resources.json`. */
export type RecordedResource = RegisteredResource & { readonly outputs?: PlainObject };

/** A resource prepared for comparison: without the stack's name, and without the content hash in a ConfigMap's name. */
export interface ComparedResource {
  /** Identifies the resource independently of the stack: its types and name. */
  readonly identity: string;
  /** The microservice that the resource belongs to, or undefined for resources of the site as a whole. */
  readonly service: string | undefined;
  /** The resource's name for messages: `Deployment receipts`. */
  readonly title: string;
  readonly value: Plain;
}

/** Prepares the resources of one run for comparison. */
export function toCompared(resources: readonly RecordedResource[], stack: string): ComparedResource[] {
  const hashes = new Map(resources.flatMap(({ inputs }) => contentHashOf(inputs)));
  const normalise = (text: string): string =>
    text
      .replaceAll(`urn:pulumi:${stack}::`, "urn:pulumi:")
      .replaceAll(/-([0-9a-f]{10})(?![0-9a-z])/g, (found, hash: string) =>
        hashes.has(hash) ? `-<content of ${hashes.get(hash)}>` : found,
      );
  return resources.map((resource) => {
    const name = resource.type === "pulumi:pulumi:Stack" ? "stack" : resource.name;
    return {
      identity: normalise(resource.urn).replace(new RegExp(`::[^:]*-${stack}$`), "::stack"),
      service: serviceOf(resource),
      title: titleOf({ ...resource, name }),
      value: mapLeaves(
        {
          ...resource,
          inputs: withParsedData(resource.inputs),
          urn: "",
          name,
          parent: resource.parent.replace(new RegExp(`-${stack}$`), ""),
        },
        normalise,
      ),
    };
  });
}

/**
 * A ConfigMap whose files in JSON, such as Prometheus' configuration, are data: then their lists are compared as lists, which
 * may be longer in a site with more nodes.
 */
function withParsedData(inputs: PlainObject): PlainObject {
  const { kind, data } = inputs;
  if (kind !== "ConfigMap" || !isObject(data)) return inputs;
  const parsed = Object.entries(data).map(([name, text]): [string, Plain] => {
    if (typeof text !== "string" || !/^[[{]/.test(text)) return [name, text];
    try {
      return [name, JSON.parse(text, byAlert)];
    } catch {
      return [name, text];
    }
  });
  return { ...inputs, data: Object.fromEntries(parsed) };
}

/** Alerts by their names: one that only one site has moves the place of no other. */
function byAlert(_: string, value: unknown): unknown {
  if (!Array.isArray(value) || value.length === 0) return value;
  const named = value.map((each): [unknown, unknown] => [at(each, "alert"), each]);
  return named.every(([name]) => typeof name === "string") ? Object.fromEntries(named) : value;
}

/**
 * Replaces markers with the site's own values. The result equals the real render if the program only passes values on.
 */
export function instantiate(value: Plain, markers: readonly Marker[]): Plain {
  return replaceMarkers(value, markers, ({ actual }) => actual);
}

/** Replaces markers with the paths of their site data. The result is the form that both sites must share. */
export function labelled(value: Plain, markers: readonly Marker[]): Plain {
  return collapse(replaceMarkers(value, markers, ({ path }) => `<${path}>`));
}

/**
 * Replaces each egress rule to a backing service, of a {@link labelled} render, by the backing service's name, and the peers
 * that stand for the controller, for whoever scrapes and for the resolver by one word: by which addresses or pods and which
 * port they are reached is the site's own.
 */
export function withoutPlaces(value: Plain): Plain {
  if (Array.isArray(value)) {
    const items = value.map((item) => (isOwnPeer(item) ? ownPeers : withoutPlaces(item)));
    return items.filter((item, index) => item !== ownPeers || items[index - 1] !== ownPeers);
  }
  if (!isObject(value)) return value;
  const backingService = backingServiceOf(value);
  if (backingService !== undefined) return `<${backingService}>`;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutPlaces(inner)]));
}

const ownPeers = "<the site's own peers>";

/** Whether something is a peer of a network rule that the site's data names, and not a backing service. */
function isOwnPeer(value: Plain): boolean {
  const place = placeOf(value);
  return /^<site\.(exposure\.controller|monitoring|nodes\[\]|network)\./.test(String(place));
}

/** The addresses of a peer of a network rule, or the namespace of its pods. */
function placeOf(peer: unknown): unknown {
  return at(peer, "ipBlock", "cidr") ?? at(peer, "namespaceSelector", "matchLabels", nameLabel);
}

/** The path of the backing service that a rule's every peer and port belong to; undefined for anything else. */
function backingServiceOf(rule: PlainObject): string | undefined {
  const { to, ports, ...others } = rule;
  if (!Array.isArray(to) || !Array.isArray(ports) || Object.keys(others).length > 0) return undefined;
  const parts = [...to.flatMap(placeOf), ...ports.map((port) => at(port, "port"))];
  const paths = parts.map((part) => /^<(site\.backingServices\.[^.]+)\.[^>]+>$/.exec(String(part))?.[1]);
  return new Set(paths).size === 1 ? paths[0] : undefined;
}

/** The label that every namespace carries by itself. */
const nameLabel = "kubernetes.io/metadata.name";

function replaceMarkers(value: Plain, markers: readonly Marker[], replacement: (marker: Marker) => string): Plain {
  const byStandIn = new Map(markers.map((marker) => [marker.value, marker]));
  const replace = (text: string): string =>
    text.replace(markerPattern, (standIn) => {
      const marker = byStandIn.get(standIn);
      return marker === undefined ? standIn : replacement(marker);
    });
  return mapLeaves(value, replace);
}

/** Applies a function to every string and number. A number whose result is still numeric remains a number. */
function mapLeaves(value: Plain, change: (text: string) => string): Plain {
  if (typeof value === "string") return change(value);
  if (typeof value === "number") {
    const changed = change(String(value));
    return /^\d+$/.test(changed) ? Number(changed) : changed;
  }
  if (Array.isArray(value)) return value.map((item) => mapLeaves(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [change(key), mapLeaves(inner, change)]));
}

/** Merges adjacent list items from the same list of site data, because sites may list different numbers of addresses. */
function collapse(value: Plain): Plain {
  if (Array.isArray(value)) {
    const items = value.map(collapse);
    return items.filter((item, index) => {
      const text = JSON.stringify(item);
      return !/<site\.[^<>]*\[\]/.test(text) || index === 0 || text !== JSON.stringify(items[index - 1]);
    });
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, collapse(inner)]));
}

function contentHashOf(inputs: PlainObject): [hash: string, name: string][] {
  const { kind, data, binaryData } = inputs;
  const name = at(inputs, "metadata", "name");
  // A Job's name has a hash of what it runs with, which is compared itself.
  const [, job, jobHash] = kind === "Job" ? (/^(.+-migration)-([0-9a-f]{10})$/.exec(String(name)) ?? []) : [];
  if (job !== undefined && jobHash !== undefined) return [[jobHash, job]];
  if (kind !== "ConfigMap" || typeof name !== "string") return [];
  const entries = [data, binaryData].flatMap((map) => (isObject(map) ? Object.entries(map) : []));
  const content = Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
  const hash = contentHash(content);
  return name.endsWith(`-${hash}`) ? [[hash, name.slice(0, -hash.length - 1)]] : [];
}
