import type { AlertArea, AlertDefinition } from "./alert.ts";
import { clusterAlerts } from "./cluster.ts";
import { nodeAlerts } from "./nodes.ts";
import { serviceAlerts } from "./services.ts";
import { siteAlerts } from "./sites.ts";
import { workloadAlerts } from "./workloads.ts";

/** The alerts of each area, by their names. */
export const areas = {
  nodes: nodeAlerts,
  workloads: workloadAlerts,
  cluster: clusterAlerts,
  services: serviceAlerts,
  sites: siteAlerts,
} as const;

/** The name of an alert. */
export type AlertName = { [Area in AlertArea]: keyof (typeof areas)[Area] }[AlertArea];

/** An alert, as its page, its routes and the tables of the documentation need it. */
export interface Alert extends Omit<AlertDefinition, "expression" | "applies"> {
  readonly name: AlertName;
  readonly area: AlertArea;
}

/** Name -> definition of every alert. */
export const definitions: Readonly<Record<AlertName, AlertDefinition>> = {
  ...nodeAlerts,
  ...workloadAlerts,
  ...clusterAlerts,
  ...serviceAlerts,
  ...siteAlerts,
};

/** All alerts, by area, in the order of their files. */
export const alerts: readonly Alert[] = (Object.keys(areas) as AlertArea[]).flatMap((area) =>
  // Keys of a literal are its names.
  (Object.keys(areas[area]) as AlertName[]).map((name) => {
    const { expression: _, applies: __, ...rest } = definitions[name];
    return { ...rest, name, area };
  }),
);
