import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type HttpRouteManifest } from "../kubernetes/index.ts";
import type { GatewayExposure } from "../siteData.ts";

/**
 * The HTTPRoute of an exposed service, attached to the site's Gateway, which terminates TLS.
 * @param port the Service's port for callers.
 */
export function httpRouteManifest(
  service: ResolvedMicroservice,
  port: number,
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
          backendRefs: [{ name: service.name, port }],
        },
      ],
    },
  };
}
