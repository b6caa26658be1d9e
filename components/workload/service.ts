import { callersPort, type ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type ServiceManifest, selectorLabels } from "../kubernetes/index.ts";

/**
 * The Kubernetes Service under which a microservice is called. It has the callers' port, `http` or `https`, and never
 * `management`.
 */
export function serviceManifest(service: ResolvedMicroservice): ServiceManifest {
  const { name, namespace, ports, tls } = service;
  const port = callersPort(service);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace,
      labels: commonLabels(name, namespace),
      // Pulumi would wait for ready endpoints, and so keep one of its few workers from the Deployment that makes them: with
      // many services all workers wait and nothing is rolled out. The wait for the Deployment says all that is to be known.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      type: "ClusterIP",
      selector: selectorLabels(name),
      ports: [
        {
          name: port,
          port: ports.http,
          targetPort: port,
          protocol: "TCP",
          ...(tls ? { appProtocol: "https" } : {}),
        },
      ],
    },
  };
}
