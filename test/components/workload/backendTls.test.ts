import { describe, expect, test } from "vitest";
import type { IngressExposure, MicroserviceSite } from "../../../components/siteData.ts";
import { gatewaySite, manifestsOf, microservice, site, tls } from "../../support/fixtures.ts";

const exposed = microservice({ exposure: { host: "api" }, tls: true });
const host = "receipts.declarations.svc";

function withIngress({ implementation, ...rest }: Partial<IngressExposure>): MicroserviceSite {
  const ingress = { kind: "ingress", ingressClassName: "any", tls, controller: site.exposure.controller } as const;
  return { ...site, exposure: { ...ingress, ...rest, ...(implementation === undefined ? {} : { implementation }) } };
}

function annotationsOf(where: MicroserviceSite, service = exposed): Record<string, string> {
  const {
    "pulumi.com/skipAwait": _,
    "pulumi.com/patchForce": __,
    ...annotations
  } = manifestsOf(service, where).ingress?.metadata.annotations ?? {};
  return annotations;
}

describe("the way from the entrance to a pod that speaks TLS", () => {
  test("haproxy-ingress verifies the pod's certificate and the name in it", () => {
    expect(annotationsOf(withIngress({ implementation: "haproxy-ingress" }))).toEqual({
      "haproxy-ingress.github.io/secure-backends": "true",
      "haproxy-ingress.github.io/secure-sni": host,
      "haproxy-ingress.github.io/secure-verify-ca-secret": "services-ca",
      "haproxy-ingress.github.io/secure-verify-hostname": host,
    });
  });

  test("ingress-nginx verifies the pod's certificate and the name in it", () => {
    expect(annotationsOf(withIngress({ implementation: "ingress-nginx" }))).toEqual({
      "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
      "nginx.ingress.kubernetes.io/proxy-ssl-name": host,
      "nginx.ingress.kubernetes.io/proxy-ssl-secret": "declarations/services-ca",
      "nginx.ingress.kubernetes.io/proxy-ssl-server-name": "on",
      "nginx.ingress.kubernetes.io/proxy-ssl-verify": "on",
    });
  });

  test("a controller that nobody named is refused: it would speak plain HTTP to the pod", () => {
    expect(() => manifestsOf(exposed, withIngress({}))).toThrow(
      /exposure: needs exposure\.implementation .*one of haproxy-ingress, ingress-nginx/,
    );
    expect(annotationsOf(withIngress({}), microservice({ exposure: { host: "api" } }))).toEqual({});
  });

  test("the Ingress leads to the port that speaks TLS", () => {
    const [path] = manifestsOf(exposed).ingress?.spec?.rules?.[0]?.http?.paths ?? [];
    expect(path?.backend.service?.port).toEqual({ name: "https" });
    expect(manifestsOf(exposed).service?.spec?.ports).toMatchObject([{ name: "https", appProtocol: "https" }]);
  });

  test("a Gateway has a BackendTLSPolicy for that port", () => {
    const { backendTlsPolicy, httpRoute, service } = manifestsOf(exposed, gatewaySite);
    expect(httpRoute).toBeDefined();
    expect(backendTlsPolicy).toMatchObject({
      apiVersion: "gateway.networking.k8s.io/v1",
      metadata: { name: "receipts", namespace: "declarations" },
      spec: {
        targetRefs: [{ group: "", kind: "Service", name: "receipts", sectionName: service?.spec?.ports?.[0]?.name }],
        validation: { hostname: host, caCertificateRefs: [{ group: "", kind: "ConfigMap", name: "services-ca" }] },
      },
    });
    expect(manifestsOf(microservice({ exposure: { host: "api" } }), gatewaySite).backendTlsPolicy).toBeUndefined();
  });
});
