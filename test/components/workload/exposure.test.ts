import * as fc from "fast-check";
import { expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { IngressExposure } from "../../../components/siteData.ts";
import { exposedHost } from "../../../components/workload/exposedHost.ts";
import { httpRouteManifest } from "../../../components/workload/httpRoute.ts";
import { ingressManifest } from "../../../components/workload/ingress.ts";
import { serviceManifest } from "../../../components/workload/service.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { resolved, site, tls } from "../../support/fixtures.ts";

const ingressExposure: IngressExposure = {
  kind: "ingress",
  ingressClassName: "haproxy",
  implementation: "haproxy-ingress",
  tls,
  controller: site.exposure.controller,
};
const gateway = { namespace: "gateways", name: "citizens", sectionName: "https" };

test.each([
  [undefined, undefined],
  [{ host: "api" }, "api.tax.example"],
  [{ host: "api.v2", domain: "public" as const }, "api.v2.tax.example"],
  [{ host: "api", domain: "internal" as const }, "api.dc1.tax.example"],
])("exposure %j has the host %s", (exposure, host) => {
  expect(exposedHost(resolved(exposure === undefined ? {} : { exposure }), site)).toBe(host);
});

test("an Ingress of the site's class, with TLS, to the Service's http port", () => {
  const ingress = ingressManifest(
    resolved({ exposure: { host: "api", path: "/receipts" } }),
    ingressExposure,
    "api.tax.example",
    "services/receipts",
  );
  expect(ingress).toMatchObject({
    apiVersion: "networking.k8s.io/v1",
    metadata: { name: "receipts", namespace: "declarations" },
    spec: {
      ingressClassName: "haproxy",
      tls: [{ hosts: ["api.tax.example"], secretName: "api.tax.example-tls" }],
      rules: [
        {
          host: "api.tax.example",
          http: {
            paths: [
              {
                path: "/receipts",
                pathType: "Prefix",
                backend: { service: { name: "receipts", port: { name: "http" } } },
              },
            ],
          },
        },
      ],
    },
  });
});

test("an HTTPRoute on the site's Gateway, to the Service's http port", () => {
  const route = httpRouteManifest(
    resolved({ exposure: { host: "api" }, ports: { http: 8080 } }),
    8080,
    gateway,
    "api.tax.example",
  );
  expect(route).toMatchObject({
    apiVersion: "gateway.networking.k8s.io/v1",
    metadata: { name: "receipts", namespace: "declarations" },
    spec: {
      parentRefs: [gateway],
      hostnames: ["api.tax.example"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ name: "receipts", port: 8080 }],
        },
      ],
    },
  });
});

test("both lead to the Service and to a port that it has, never to management", () => {
  fc.assert(
    fc.property(microserviceArbitrary, (description) => {
      const service = resolveMicroservice(description);
      const { ports: own } = service;
      const manifest = serviceManifest(service);
      if (own === undefined || manifest === undefined) return;
      const { metadata, spec } = manifest;
      const ports = spec?.ports ?? [];
      const backend = ingressManifest(service, ingressExposure, "h", "f").spec?.rules?.[0]?.http?.paths[0]?.backend
        .service;
      expect(backend?.name).toBe(metadata.name);
      expect(ports.map(({ name }) => name)).toContain(backend?.port?.name);
      const [reference] = httpRouteManifest(service, own.http, gateway, "h").spec.rules[0]?.backendRefs ?? [];
      expect(reference?.name).toBe(metadata.name);
      expect(ports.map(({ port }) => port)).toContain(reference?.port);
      if (own.management !== own.http) expect(reference?.port).not.toBe(own.management);
      expect(reference?.port).not.toBe(own.grpc);
    }),
  );
});
