import { certificateFolder, type ResolvedMicroservice, speaksTls, tlsKey } from "../description/index.ts";

/**
 * The variables by which Spring Boot has an issued key as an SSL bundle of PEM files, read anew when they change. A variable
 * knows no hyphens, so the bundle's name is the key's without `_`.
 */
export function sslBundleVariables(service: ResolvedMicroservice): Record<string, string> {
  return Object.assign(
    {},
    ...service.secrets.issued.map((issued) => {
      const prefix = `SPRING_SSL_BUNDLE_PEM_${issued.bundle.toUpperCase()}`;
      const folder = certificateFolder(issued);
      return {
        [`${prefix}_RELOADONUPDATE`]: "true",
        [`${prefix}_KEYSTORE_CERTIFICATE`]: `file:${folder}/tls.crt`,
        [`${prefix}_KEYSTORE_PRIVATEKEY`]: `file:${folder}/tls.key`,
        [`${prefix}_TRUSTSTORE_CERTIFICATE`]: `file:${folder}/ca.crt`,
      };
    }),
  );
}

/**
 * The variables by which Spring Boot's server speaks TLS with the certificate of the key `TLS`. Without the second one a
 * management port of its own would take the server's TLS over, and the kubelet and Prometheus would find no plain HTTP.
 */
export function serverTlsVariables(service: ResolvedMicroservice): Record<string, string> {
  if (!service.tls) return {};
  return {
    SERVER_SSL_BUNDLE: tlsKey.toLowerCase(),
    ...(speaksTls(service, "management") ? {} : { MANAGEMENT_SERVER_SSL_ENABLED: "false" }),
  };
}
