import { expect, test } from "vitest";
import { certificate } from "../../../components/secrets.ts";
import { deploymentOf, environmentOf, kubespraySite, manifestsOf, microservice, site } from "../../support/fixtures.ts";

const registry = microservice({
  ...{ name: "registry", namespace: "taxpayers", ports: { http: 8443, grpc: 9090 }, tls: true },
  secrets: { TLS: certificate() },
});
const caller = microservice({ calls: () => [registry] });
const inDomain = { ...kubespraySite, network: { dns: { domain: "k8s.dc1.tax.example" } } };

test.each([
  ["cluster.local, where a site says nothing", site, "registry.taxpayers.svc.cluster.local"],
  ["the site's domain", inDomain, "registry.taxpayers.svc.k8s.dc1.tax.example"],
])("callers are given full names in %s, and the callee's certificate has them", (_, where, host) => {
  expect(environmentOf(deploymentOf(caller, where))).toMatchObject({
    REGISTRY_URL: `https://${host}:8443`,
    REGISTRY_GRPC_TARGET: `${host}:9090`,
  });
  const { url, vault } = manifestsOf(registry, where);
  expect(url).toBe(`https://${host}:8443`);
  const [{ issuer } = {}] = vault?.issued ?? [];
  expect(issuer?.spec.parameters?.["alt_names"]).toContain(`${host},`);
});
