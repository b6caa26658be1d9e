import type { ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type ServiceManifest, selectorLabels } from "../kubernetes/index.ts";

/** The Kubernetes Service under which a microservice is called. It has the `http` port and never `management`. */
export function serviceManifest({ name, namespace, ports }: ResolvedMicroservice): ServiceManifest {
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
      ports: [{ name: "http", port: ports.http, targetPort: "http", protocol: "TCP" }],
    },
  };
}
