import { isIP } from "node:net";

/** The name of a Service or a Deployment. */
export interface ObjectName {
  readonly name: string;
  /** Undefined where its manifest states none, so that it may be any. */
  readonly namespace: string | undefined;
  /** Whether one of its pods is named: `kafka-0.kafka`. */
  readonly isPod?: boolean;
}

/**
 * The objects that a host may name, in the order of the resolver's search: `x`, `x.ns`, `x.ns.svc`, `x.ns.svc.cluster.local`,
 * and a pod of a StatefulSet before each.
 */
export function objectNames(host: string, namespace: string | undefined): ObjectName[] {
  const [, inside] = /^(.+)\.svc(?:\.[a-z0-9-]+(?:\.[a-z0-9-]+)*)?$/.exec(host) ?? [];
  const labels = (inside ?? host).split(".");
  const [name = "", second, third, ...others] = labels;
  if (isIP(host) !== 0 || others.length > 0) return [];
  if (second === undefined) return inside === undefined ? [{ name, namespace }] : [];
  if (third !== undefined) return [{ name: second, namespace: third, isPod: true }];
  return [{ name, namespace: second }, ...(inside === undefined ? [{ name: second, namespace, isPod: true }] : [])];
}

/** Whether an object may be in a namespace; one without is applied in any. */
export function mayBe(object: ObjectName, namespace: string | undefined): boolean {
  return object.namespace === undefined || namespace === undefined || object.namespace === namespace;
}

/** The one of the names that is the object behind a long name of the cluster. */
export function sameObject(host: string, names: readonly ObjectName[]): ObjectName | undefined {
  const [own] = /\.svc(\.|$)/.test(host) ? objectNames(host, undefined) : [];
  return names.find(({ name, namespace }) => name === own?.name && namespace === own.namespace);
}

/** A short name as it is called from any namespace; undefined for a name that need not be the cluster's. */
export function inCluster(host: string, name: ObjectName): string | undefined {
  return !host.includes(".") || /\.svc(\.|$)/.test(host) ? longName(name) : undefined;
}

/** The name of a Service as it is called from any namespace, or the short one where its namespace is not known. */
export function longName({ name, namespace }: ObjectName): string {
  return namespace === undefined ? name : `${name}.${namespace}.svc.cluster.local`;
}
