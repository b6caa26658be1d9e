import { callersPort, type ResolvedMicroservice } from "../description/index.ts";
import { commonLabels, type ServiceManifest, selectorLabels } from "../kubernetes/index.ts";

/**
 * The Kubernetes Service under which a microservice is called. It has the callers' ports, `http` or `https` and `grpc`, and
 * never `management`. None where the microservice listens on no port.
 */
export function serviceManifest(service: ResolvedMicroservice): ServiceManifest | undefined {
  const { name, namespace, ports, tls } = service;
  if (ports === undefined) return undefined;
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
        ...(ports.grpc === undefined
          ? []
          : [
              {
                name: "grpc",
                port: ports.grpc,
                targetPort: "grpc",
                protocol: "TCP",
                // Of Kubernetes' own names for what gRPC is on the wire; there is none for HTTP/2 in TLS.
                ...(tls ? {} : { appProtocol: "kubernetes.io/h2c" }),
              },
            ]),
      ],
    },
  };
}
