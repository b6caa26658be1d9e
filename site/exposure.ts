import { z } from "zod";
import { dnsLabel, dnsName, type Fields } from "../components/kubernetes/index.ts";
import type { CertificateSource, ExposureTls, GatewayExposure, IngressExposure } from "../components/siteData.ts";
import { trafficSource } from "./network.ts";

/** A certificate's source, with further fields beside it. */
function certificateSource<More extends z.ZodRawShape>(more: More) {
  const source = <Name extends CertificateSource["source"]>(name: Name) => ({ source: z.literal(name), ...more });
  return z.discriminatedUnion(
    "source",
    [
      z.strictObject(source("issued")),
      z.strictObject(source("supplied")),
      z.strictObject({ ...source("cert-manager"), clusterIssuer: dnsName }),
      z.strictObject(source("controller")),
    ],
    {
      error: ({ code }) =>
        code === "invalid_union"
          ? 'must be "issued", "supplied", "cert-manager" or "controller"'
          : 'must be a map with source: "issued", "supplied", "cert-manager" or "controller"',
    },
  );
}

const domainCertificates = certificateSource({ hosts: z.record(dnsName, certificateSource({})).exactOptional() });

const tls = z.strictObject({
  public: domainCertificates,
  internal: domainCertificates,
} satisfies Fields<ExposureTls>);

/** Accepts `exposure` of a site's data. */
export const exposure = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("ingress"),
      ingressClassName: dnsName,
      implementation: z.enum(["haproxy-ingress", "ingress-nginx"]).exactOptional(),
      tls,
      controller: trafficSource,
    } satisfies Fields<IngressExposure>),
    z.strictObject({
      kind: z.literal("gateway"),
      gateway: z.strictObject({
        namespace: dnsLabel,
        name: dnsLabel,
        sectionName: dnsLabel.exactOptional(),
      } satisfies Fields<GatewayExposure["gateway"]>),
      tls,
      controller: trafficSource,
    } satisfies Fields<GatewayExposure>),
  ],
  {
    error: ({ code }) =>
      code === "invalid_union" ? 'must be "ingress" or "gateway"' : 'must be a map with kind: "ingress" or "gateway"',
  },
);
