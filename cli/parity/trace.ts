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

/** A registration with the outputs that `resources.json` keeps beside it. */
export type RecordedResource = RegisteredResource & { readonly outputs?: PlainObject };

/** A resource as it is compared: no stack's name in it, ConfigMaps named by "their content" and not by its digits. */
export interface ComparedResource {
  /** Identity that does not depend on the stack: types and name. */
  readonly identity: string;
  /** The microservice that it belongs to, or undefined for what belongs to the site as a whole. */
  readonly service: string | undefined;
  /** What to call it in a message: `Deployment receipts`. */
  readonly title: string;
  readonly value: Plain;
}

/** Prepares what one run registered. */
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
        { ...resource, urn: "", name, parent: resource.parent.replace(new RegExp(`-${stack}$`), "") },
        normalise,
      ),
    };
  });
}

/** Puts the site's own values in the place of the stand-ins: what the run should have been, if values are only carried. */
export function instantiate(value: Plain, markers: readonly Marker[]): Plain {
  return replaceSentinels(value, markers, ({ actual }) => actual);
}

/** Puts paths of site data in the place of the stand-ins: the form that both sites must share. */
export function labelled(value: Plain, markers: readonly Marker[]): Plain {
  return collapse(replaceSentinels(value, markers, ({ path }) => `<${path}>`));
}

function replaceSentinels(value: Plain, markers: readonly Marker[], replacement: (marker: Marker) => string): Plain {
  const byStandIn = new Map(markers.map((marker) => [marker.value, marker]));
  const replace = (text: string): string =>
    text.replace(markerPattern, (standIn) => {
      const marker = byStandIn.get(standIn);
      return marker === undefined ? standIn : replacement(marker);
    });
  return mapLeaves(value, replace);
}

/** Applies a function to every text and number. A number that stays a number in text form is still a number. */
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

/** Sites may list different numbers of addresses: neighbours in a list that come from the same list of data are one. */
function collapse(value: Plain): Plain {
  if (Array.isArray(value)) {
    const items = value.map(collapse);
    return items.filter((item, index) => {
      const text = JSON.stringify(item);
      return !text.includes("[]>") || index === 0 || text !== JSON.stringify(items[index - 1]);
    });
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, collapse(inner)]));
}

function contentHashOf(inputs: PlainObject): [hash: string, name: string][] {
  const { kind, data, binaryData } = inputs;
  const name = at(inputs, "metadata", "name");
  if (kind !== "ConfigMap" || typeof name !== "string") return [];
  const entries = [data, binaryData].flatMap((map) => (isObject(map) ? Object.entries(map) : []));
  const content = Object.fromEntries(entries.map(([key, text]) => [key, String(text)]));
  const hash = contentHash(content);
  return name.endsWith(`-${hash}`) ? [[hash, name.slice(0, -hash.length - 1)]] : [];
}
