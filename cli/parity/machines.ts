import { hostLabel, hostnameLabel } from "../../components/workload/index.ts";
import { at, isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";

/**
 * Replaces the two levels over which replicas spread on VMs, hosts and nodes, by the one of physical machines: of which kind
 * a site's machines are is its own. Zones are left alone, since both sites state them or neither does.
 */
export function withoutMachines(value: Plain): Plain {
  if (Array.isArray(value)) {
    const haveHosts = value.some((item) => at(item, "topologyKey") === hostLabel);
    return value.filter((item) => !(haveHosts && at(item, "topologyKey") === hostnameLabel)).map(withoutMachines);
  }
  if (!isObject(value)) return value;
  if (value["topologyKey"] === hostLabel || value["topologyKey"] === hostnameLabel) return machineLevel(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMachines(inner)]));
}

function machineLevel({ topologyKey: _, nodeTaintsPolicy: __, ...constraint }: PlainObject): PlainObject {
  return { topologyKey: hostnameLabel, ...constraint };
}
