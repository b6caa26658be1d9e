import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { serviceManifest } from "../../../components/workload/service.ts";
import { serviceAccountManifest } from "../../../components/workload/serviceAccount.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { containerOf, deploymentOf, podOf, resolved } from "../../support/fixtures.ts";

test("the account mounts no token and knows the registry's pull secret", () => {
  expect(serviceAccountManifest(resolved())).toMatchObject({
    metadata: { name: "receipts", namespace: "declarations" },
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: "registry" }],
  });
});

test("the pod runs as that account, and gets its token only where an exception says so", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (service) => {
      const pod = podOf(deploymentOf(service));
      expect(pod.serviceAccountName).toBe(serviceAccountManifest(resolveMicroservice(service)).metadata.name);
      expect(pod.automountServiceAccountToken).toBe(service.securityExceptions?.serviceAccountToken !== undefined);
    }),
  );
});

test("the Service has the callers' ports, http or https and gRPC, which the container has too, and nothing of management", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (description) => {
      const service = resolveMicroservice(description);
      if (service.ports === undefined) {
        expect(serviceManifest(service)).toBeUndefined();
        return;
      }
      const { http, grpc } = service.ports;
      const { ports = [] } = serviceManifest(service)?.spec ?? {};
      const name = service.tls ? "https" : "http";
      const protocol = service.tls ? { appProtocol: "https" } : {};
      const h2c = service.tls ? {} : { appProtocol: "kubernetes.io/h2c" };
      expect(ports).toEqual([
        { name, port: http, targetPort: name, protocol: "TCP", ...protocol },
        ...(grpc === undefined ? [] : [{ name: "grpc", port: grpc, targetPort: "grpc", protocol: "TCP", ...h2c }]),
      ]);
      const targets = containerOf(deploymentOf(description)).ports ?? [];
      for (const { name: own, port } of ports)
        expect(targets.find((each) => each.name === own)?.containerPort).toBe(port);
    }),
  );
});

test("nobody waits for a Service's endpoints: that would keep the Deployment that makes them from its turn", () => {
  for (const paused of [true, false]) {
    expect(serviceManifest(resolved({ paused }))?.metadata.annotations).toEqual({ "pulumi.com/skipAwait": "true" });
  }
});
