import { RegisteredWorkloads, type ServiceRow, serviceRow } from "../../cli/render/serviceRow.ts";
import { type ResolvedMicroservice, resolveMicroservice } from "../../components/description/resolve.ts";
import type { Microservice } from "../../components/microservice.ts";
import type { MicroserviceSite } from "../../components/siteData.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";
import { manifestsOf, site } from "./fixtures.ts";

/** A service as the process that runs the program hands it over. */
export function plain({ source: _, transforms: __, calls, ...service }: ResolvedMicroservice): PlainMicroservice {
  return { ...service, calls: calls.map(({ name }) => name) };
}

/** The row of a service in a site, made from what is registered there. */
export function rowOf(service: Microservice, where: MicroserviceSite = site): ServiceRow {
  const { deployment, horizontalPodAutoscaler, ingress, httpRoute, configMap, ...others } = manifestsOf(service, where);
  const registered = {
    ...{ deployment, autoscaler: horizontalPodAutoscaler, ingress, "http-route": httpRoute },
    ...{ "config-map": configMap, service: others.service, "network-policy": others.networkPolicy },
  };
  const workloads = new RegisteredWorkloads();
  for (const [part, manifest] of Object.entries(registered)) {
    if (manifest !== undefined) {
      workloads.add({ name: `${service.name}-${part}`, manifest: JSON.parse(JSON.stringify(manifest)) });
    }
  }
  return serviceRow(plain(resolveMicroservice(service)), workloads.of(service.name));
}
