import { describe, expect, test } from "vitest";
import { containerOf, deploymentOf, environmentOf, microservice, podOf } from "../../support/fixtures.ts";

const registry = microservice({ name: "registry", tls: true });
const caller = deploymentOf(microservice({ calls: () => [registry] }));

describe("a service that calls another by TLS", () => {
  test("finds the authority of the services' certificates as an SSL bundle and as a file", () => {
    expect(environmentOf(caller)).toMatchObject({
      REGISTRY_URL: "https://registry.declarations.svc.cluster.local:7137",
      SERVICES_CA: "/certificates/services/ca.crt",
      SPRING_SSL_BUNDLE_PEM_SERVICES_TRUSTSTORE_CERTIFICATE: "file:/certificates/services/ca.crt",
      SPRING_SSL_BUNDLE_PEM_SERVICES_RELOADONUPDATE: "true",
    });
  });

  test("has that file in its pods, also where images look for authorities to import", () => {
    expect(podOf(caller).volumes).toContainEqual({ name: "services-ca", configMap: { name: "services-ca" } });
    const mounts = containerOf(caller).volumeMounts?.filter(({ name }) => name === "services-ca");
    expect(mounts).toEqual([
      { name: "services-ca", mountPath: "/certificates/services", readOnly: true },
      { name: "services-ca", mountPath: "/certificates/services.crt", subPath: "ca.crt", readOnly: true },
    ]);
  });
});

test("a service that calls nobody by TLS has none of it", () => {
  const deployment = deploymentOf(microservice({ calls: () => [microservice({ name: "other" })], tls: true }));
  expect(Object.keys(environmentOf(deployment)).join(" ")).not.toContain("SERVICES");
  expect(podOf(deployment).volumes?.map(({ name }) => name)).not.toContain("services-ca");
});
