import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type HttpRouteManifest } from "../kubernetes/index.ts";
import type { GatewayExposure } from "../siteData.ts";

/** The HTTPRoute of an exposed service, attached to the site's Gateway, which terminates TLS. */
export function httpRouteManifest(
  service: ResolvedMicroservice,
  gateway: GatewayExposure["gateway"],
  host: string,
): HttpRouteManifest {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: commonLabels(service.name, service.namespace),
    },
    spec: {
      parentRefs: [{ ...gateway }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: service.exposure?.path ?? "/" } }],
          backendRefs: [{ name: service.name, port: service.ports.http }],
        },
      ],
    },
  };
}
