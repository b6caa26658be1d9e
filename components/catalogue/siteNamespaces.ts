import { type Diagnostic, formatValue } from "../diagnostic.ts";
import type { CatalogueSite } from "../siteData.ts";
import { scrapersOf } from "../workload/index.ts";

/** A namespace that the site has for something else, and the field that says so. */
interface TakenNamespace {
  readonly namespace: string;
  readonly field: string;
  readonly why: string;
}

/**
 * Checks that a service stays out of the namespaces which its site has for something else. In that of the controller it would
 * cut off the ingress, and its pods could pass as the controller's, which every exposed service admits; so it is with who
 * scrapes, and with the resolver; in that of a backing service's pods the namespace's closed network would cut these off.
 */
export function checkSiteNamespace(namespace: string, folder: string, site: CatalogueSite): Diagnostic[] {
  return takenNamespaces(site)
    .filter((taken) => taken.namespace === namespace)
    .map(({ field, why }) => ({
      file: folder,
      path: "namespace",
      message: `${formatValue(namespace)} is ${why} in ${site.file} (${field}); choose another namespace, or correct the site's file`,
    }));
}

function takenNamespaces(site: CatalogueSite): TakenNamespace[] {
  const { exposure, monitoring, network, kubernetes, backingServices } = site;
  const pods = [
    ["exposure.controller", exposure.controller.namespace, "the exposure controller's pods"],
    ["monitoring", scrapersOf(monitoring)?.namespace, "the pods that scrape metrics"],
    ["network.dns", network?.dns?.namespace, "the DNS resolver's pods"],
  ] as const;
  return [
    ...pods.flatMap(([field, namespace, whose]) =>
      namespace === undefined
        ? []
        : [{ namespace, field: `gemelos:site.${field}.namespace`, why: `where ${whose} run` }],
    ),
    ...(exposure.kind === "gateway"
      ? [
          {
            namespace: exposure.gateway.namespace,
            field: "gemelos:site.exposure.gateway.namespace",
            why: "where the Gateway is",
          },
        ]
      : []),
    ...(kubernetes.reservedNamespaces ?? []).map((namespace, index) => ({
      namespace,
      field: `gemelos:site.kubernetes.reservedNamespaces[${index}]`,
      why: "reserved for a part of the cluster",
    })),
    ...Object.entries(backingServices).flatMap(([name, { namespace }]) =>
      namespace === undefined
        ? []
        : [
            {
              namespace,
              field: `gemelos:site.backingServices.${name}.namespace`,
              why: `where the pods of the backing service ${name} run, which a closed namespace would cut off,`,
            },
          ],
    ),
  ];
}
