import { type CertificateManifest, hostSecretName, siteLabels, withPatchForce } from "../kubernetes/index.ts";

/** The Certificate with which cert-manager gets the certificate of a host and renews it, with a new key each time. */
export function certificateManifest(host: string, namespace: string, clusterIssuer: string): CertificateManifest {
  return withPatchForce({
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: host, namespace, labels: siteLabels },
    spec: {
      secretName: hostSecretName(host),
      dnsNames: [host],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: clusterIssuer },
      privateKey: { rotationPolicy: "Always" },
      usages: ["digital signature", "key encipherment", "server auth"],
    },
  });
}
