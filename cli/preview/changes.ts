import { type FieldDifference, serviceOf, titleOf } from "../../recorder/fields.ts";
import { isPreviewed } from "../../recorder/manifestFile.ts";
import {
  at,
  isObject,
  type Plain,
  type PlainObject,
  type RegisteredResource,
} from "../../recorder/registeredResource.ts";
import { retainedLine } from "../../recorder/retained.ts";
import { claimChanges } from "./claimChanges.ts";
import { fieldChanges, sameText } from "./fieldChanges.ts";
import { deploymentBeside, runsAgain, withoutDeployments } from "./migrationChanges.ts";
import { optionChanges } from "./optionChanges.ts";
import { rollsPods } from "./rollsPods.ts";

/** A change of one resource in one site. */
export interface Change {
  readonly site: string;
  /** The microservice that the resource belongs to, or undefined for resources of the site as a whole. */
  readonly service: string | undefined;
  /** `Deployment receipts`; for a ConfigMap and a Job, without the hash in its name. */
  readonly title: string;
  readonly kind: "create" | "change" | "delete";
  /** For kind `change`, the fields with their old value as `one` and their new value as `other`; otherwise empty. */
  readonly fields: readonly FieldDifference[];
  /**
   * For kind `change`, that it replaces pods or runs again, what changes in how the engine treats the resource, and why the
   * API server will refuse it: see {@link rollsPods}, {@link runsAgain}, {@link optionChanges} and {@link claimChanges}.
   */
  readonly options: readonly string[];
}

/** The same change in all affected sites. */
export interface GroupedChange {
  /** As in {@link Change}, or `several services`. */
  readonly service: string | undefined;
  /** The resource, or several of one kind with the same options changed: `4 of Namespace: payments, taxpayers, ...`. */
  readonly title: string;
  readonly kind: Change["kind"];
  readonly sites: readonly string[];
  readonly options: readonly string[];
  /** Changed fields, which are the same in all these sites; sites with different values have separate entries. */
  readonly fields: readonly { readonly path: string; readonly values: readonly SiteValues[] }[];
}

/** A field's old and new value, and the sites that share them. */
export interface SiteValues extends Omit<FieldDifference, "path"> {
  readonly sites: readonly string[];
}

/** Compares what two commits register in a site. Objects are matched by URN, as the engine does. */
export function compareSite(
  site: string,
  base: readonly RegisteredResource[],
  head: readonly RegisteredResource[],
): Change[] {
  const before = new Map(base.map((resource) => [resource.urn, resource]));
  const after = new Map(head.map((resource) => [resource.urn, resource]));
  const urns = new Set([...base, ...head].filter(isPreviewed).map(({ urn }) => urn));
  return [...urns].sort().flatMap((urn): Change[] => {
    const [old, current] = [before.get(urn), after.get(urn)];
    const resource = current ?? old;
    if (resource === undefined) return [];
    const change = { site, service: serviceOf(resource), title: stableTitle(resource), fields: [], options: [] };
    if (old === undefined) return [{ ...change, kind: "create" }];
    if (current === undefined) return [{ ...change, kind: "delete" }];
    const deployment = deploymentBeside(current, after.values());
    const told = deployment === undefined ? [] : changedFields(before.get(deployment.urn), deployment);
    const found = changedFields(old, current);
    const fields = at(current.inputs, "kind") === "Job" ? withoutDeployments(found, told) : found;
    const options = [
      ...rollsPods(old.inputs, current.inputs),
      ...runsAgain(old.inputs, current.inputs),
      ...optionChanges({ old, current, before, after }, isPreviewed),
      ...claimChanges(old.inputs, current.inputs),
    ];
    return fields.length + options.length === 0 ? [] : [{ ...change, kind: "change", fields, options }];
  });
}

function changedFields(old: RegisteredResource | undefined, current: RegisteredResource): FieldDifference[] {
  if (old === undefined || sameText(old.inputs, current.inputs)) return [];
  return fieldChanges(withoutHashes(old.inputs), withoutHashes(current.inputs)).filter(
    ({ path }) => !(path === "metadata.name" && isConfigMap(current)),
  );
}

/** What stays behind of objects that the head no longer registers: a sentence each. */
export function retainedLines(base: readonly RegisteredResource[], head: readonly RegisteredResource[]): string[] {
  const kept = new Set(head.map(({ urn }) => urn));
  const gone = base.filter(({ urn, options }) => !kept.has(urn) && options["retainOnDelete"] === true);
  return gone.flatMap((resource) => retainedLine(resource) ?? []).sort();
}

/** Merges identical changes: of several sites, the same object and fields; of several objects, the same options alone. */
export function groupChanges(changes: readonly Change[]): GroupedChange[] {
  const identity = ({ service, title, kind, fields, options }: Change) =>
    JSON.stringify([service, title, kind, fields.map(({ path }) => path), options]);
  const bySite = [...Map.groupBy(changes, identity).values()].flatMap((same): GroupedChange[] => {
    const [first] = same;
    if (first === undefined) return [];
    const { service, title, kind, options } = first;
    const fields = first.fields.map(({ path }, index) => ({ path, values: groupValues(same, index) }));
    return [{ service, title, kind, sites: same.map(({ site }) => site), fields, options }];
  });
  return mergeAlike(bySite);
}

/** Fewest resources of a kind whose same change is told in one line. */
const many = 3;

/** Most of their names in that line. */
const named = 12;

/** The kind of the object that a change is of, such as `Deployment`. */
export function kindOf({ title }: Pick<Change, "title">): string {
  return title.split(" ").slice(0, -1).join(" ");
}

function mergeAlike(changes: readonly GroupedChange[]): GroupedChange[] {
  const identity = (change: GroupedChange, index: number) =>
    change.options.length > 0 && change.fields.length === 0
      ? JSON.stringify([kindOf(change), change.options, change.sites])
      : String(index);
  return [...Map.groupBy(changes, identity).values()].flatMap((alike): readonly GroupedChange[] => {
    const [first] = alike;
    if (first === undefined || alike.length < many) return alike;
    const names = alike.slice(0, named).map(({ title }) => title.split(" ").at(-1));
    const more = alike.length > named ? ` and ${alike.length - named} more` : "";
    const service = new Set(alike.map((change) => change.service)).size === 1 ? first.service : "several services";
    return [{ ...first, service, title: `${alike.length} of ${kindOf(first)}: ${names.join(", ")}${more}` }];
  });
}

function groupValues(same: readonly Change[], index: number): SiteValues[] {
  const values = same.flatMap(({ site, fields }) => {
    const field = fields[index];
    return field === undefined ? [] : [{ site, one: field.one, other: field.other }];
  });
  return [...Map.groupBy(values, ({ one, other }) => JSON.stringify([one, other])).values()].flatMap((equal) => {
    const [first] = equal;
    return first === undefined ? [] : [{ sites: equal.map(({ site }) => site), one: first.one, other: first.other }];
  });
}

/** How many resources of a site are created, changed, deleted and unchanged. */
export interface Counts {
  readonly create: number;
  readonly change: number;
  readonly delete: number;
  readonly same: number;
}

/** Counts a site's changes. */
export function countChanges(changes: readonly Change[], head: readonly RegisteredResource[]): Counts {
  const count = (kind: Change["kind"]) => changes.filter((change) => change.kind === kind).length;
  const [created, changed] = [count("create"), count("change")];
  return {
    create: created,
    change: changed,
    delete: count("delete"),
    same: head.filter(isPreviewed).length - created - changed,
  };
}

function stableTitle(resource: RegisteredResource): string {
  const title = titleOf(resource);
  return isConfigMap(resource) || at(resource.inputs, "kind") === "Job" ? withoutHash(title) : title;
}

/** An object whose pods' ConfigMaps have names without hashes: new content is shown as a change of the ConfigMap alone. */
function withoutHashes(object: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, withoutHashesAt(key, value)]));
}

function withoutHashesAt(key: string, value: Plain): Plain {
  if (Array.isArray(value)) return value.map((each: Plain) => withoutHashesAt("", each));
  if (!isObject(value)) return value;
  const { name } = value;
  return key === "configMap" && typeof name === "string" ? { ...value, name: withoutHash(name) } : withoutHashes(value);
}

function withoutHash(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, "");
}

/** A ConfigMap's name contains a hash of its content. A changed name is not worth showing beside the changed content. */
function isConfigMap({ inputs }: RegisteredResource): boolean {
  return at(inputs, "kind") === "ConfigMap";
}
