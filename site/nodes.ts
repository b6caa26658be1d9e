import { z } from "zod";
import { formatPath } from "../components/diagnostic.ts";
import { byteQuantity, cpuQuantity, dnsName, type Fields, labelValue } from "../components/kubernetes/index.ts";
import type { SiteDaemonSets, SiteNode } from "../components/siteData.ts";
import { machineOf } from "../components/workload/index.ts";
import { ipAddress, nodeRole } from "./network.ts";

const node = z.strictObject({
  name: dnsName,
  address: ipAddress,
  role: nodeRole,
  kind: z.enum(["metal", "vm"]).exactOptional(),
  host: dnsName.max(63, "must be at most 63 characters, since it is a label's value").exactOptional(),
  zone: labelValue
    .min(1, "must not be empty: name the rack or the room, or remove zone from all nodes")
    .exactOptional(),
  cpu: cpuQuantity,
  memory: byteQuantity,
  disk: byteQuantity,
} satisfies Fields<SiteNode>);

/** What `site.ts` accepts as `daemonSets`. */
export const daemonSets = z.strictObject({
  requests: z.strictObject({ cpu: cpuQuantity, memory: byteQuantity } satisfies Fields<SiteDaemonSets["requests"]>),
} satisfies Fields<SiteDaemonSets>);

/** What `site.ts` accepts as `nodes`. */
export const nodes = z
  .array(node)
  .min(1, "must list at least one node")
  .superRefine((all, context) => {
    const problems = [...duplicates(all), ...hostProblems(all), ...zoneProblems(all)];
    for (const { path, message } of problems) context.addIssue({ code: "custom", path: [...path], message });
    if (all.length > 0 && !all.some(({ role }) => role === "worker")) {
      context.addIssue({
        code: "custom",
        path: [],
        message: 'has no node with role "worker", so no service could run; add one',
      });
    }
  });

/** What is wrong at a place below `nodes`. */
interface Problem {
  readonly path: readonly [index: number, field: keyof SiteNode];
  readonly message: string;
}

function duplicates(all: readonly SiteNode[]): Problem[] {
  return (["name", "address"] as const).flatMap((field) => {
    const first = new Map<string, number>();
    return all.flatMap(({ [field]: value }, index): Problem[] => {
      const earlier = first.get(value);
      if (earlier === undefined) first.set(value, index);
      const message = `duplicates ${place(earlier)}; node names and addresses must be unique`;
      return earlier === undefined ? [] : [{ path: [index, field], message }];
    });
  });
}

/** A VM has a host, which is no VM; a physical machine is its own. */
function hostProblems(all: readonly SiteNode[]): Problem[] {
  const vms = new Map(all.flatMap(({ name, kind }, index) => (kind === "vm" ? [[name, index]] : [])));
  return all.flatMap(({ kind, host }, index): Problem[] => {
    const problem = (message: string): Problem[] => [{ path: [index, "host"], message }];
    if (kind !== "vm") {
      return host === undefined
        ? []
        : problem("is the host of a VM, and this node is none; write kind: vm, or remove it");
    }
    if (host === undefined) {
      return problem("is missing; add the name of the physical machine on which this VM runs, or write kind: metal");
    }
    const outer = vms.get(host);
    if (outer === undefined) return [];
    return problem(`is itself a VM (${place(outer)}); name the physical machine on which both run`);
  });
}

/** A zone is stated for all nodes or for none; a physical machine, with all that runs on it, is in one. */
function zoneProblems(all: readonly SiteNode[]): Problem[] {
  const stated = all.findIndex(({ zone }) => zone !== undefined);
  if (stated < 0) return [];
  const first = new Map<string, number>();
  return all.flatMap((node, index): Problem[] => {
    const problem = (message: string): Problem[] => [{ path: [index, "zone"], message }];
    if (node.zone === undefined) {
      return problem(`is missing, and ${place(stated)} has one; add the rack or the room of this node, or remove all`);
    }
    const machine = machineOf(node);
    const earlier = first.get(machine);
    if (earlier === undefined) first.set(machine, index);
    if (earlier === undefined || all[earlier]?.zone === node.zone) return [];
    return problem(
      `is not the zone of ${place(earlier)}, which is the same machine ${machine} or runs on it; correct one of them`,
    );
  });
}

function place(index: number | undefined): string {
  return formatPath(["nodes", index ?? 0]);
}
