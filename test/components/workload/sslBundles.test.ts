import { expect, test } from "vitest";
import { deploymentOf, environmentOf, microservice } from "../../support/fixtures.ts";

test("Spring's server speaks TLS with the certificate of Vault, and reads a renewed one without a restart", () => {
  expect(environmentOf(deploymentOf(microservice({ tls: true })))).toMatchObject({
    TLS: "/certificates/tls",
    SERVER_SSL_BUNDLE: "tls",
    SPRING_SSL_BUNDLE_PEM_TLS_KEYSTORE_CERTIFICATE: "file:/certificates/tls/tls.crt",
    SPRING_SSL_BUNDLE_PEM_TLS_KEYSTORE_PRIVATEKEY: "file:/certificates/tls/tls.key",
    SPRING_SSL_BUNDLE_PEM_TLS_RELOADONUPDATE: "true",
    MANAGEMENT_SERVER_SSL_ENABLED: "false",
  });
});

test("one port for both has one setting, since Spring refuses a second one", () => {
  const ports = { http: 8443, management: 8443 };
  const deployment = deploymentOf(microservice({ tls: true, ports }));
  expect(environmentOf(deployment)).not.toHaveProperty("MANAGEMENT_SERVER_SSL_ENABLED");
  expect(deployment.spec?.template.metadata?.annotations).toMatchObject({ "prometheus.io/scheme": "https" });
});

test("without TLS there is no setting, and Prometheus gets no scheme", () => {
  const deployment = deploymentOf(microservice());
  expect(Object.keys(environmentOf(deployment)).filter((name) => name.includes("SSL"))).toEqual([]);
  expect(deployment.spec?.template.metadata?.annotations).not.toHaveProperty("prometheus.io/scheme");
});
