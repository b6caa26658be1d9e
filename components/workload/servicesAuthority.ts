import { type ResolvedMicroservice, trustBundle } from "../description/index.ts";
import type { Volume, VolumeMount } from "../kubernetes/index.ts";
import { servicesAuthority, servicesAuthorityFile } from "../vault/index.ts";

/** Folder of the authority's certificate in the pods of services that call others by TLS; it follows a new certificate. */
const folder = `/certificates/${trustBundle}`;

/** The same certificate where the entry points of images look that import authorities into the JVM's trust store. */
const importedFile = `/certificates/${trustBundle}.crt`;

/** Whether a service calls another by TLS, and so must know the authority that signed the other's certificate. */
function callsByTls({ calls }: ResolvedMicroservice): boolean {
  return calls.some(({ tls }) => tls);
}

/**
 * The variables by which a caller finds the authority of the services' certificates: `SERVICES_CA`, a PEM file, and Spring
 * Boot's SSL bundle `services`, which is read anew when the file changes. Empty where it calls nobody by TLS.
 */
export function authorityVariables(service: ResolvedMicroservice): Record<string, string> {
  if (!callsByTls(service)) return {};
  const file = `${folder}/${servicesAuthorityFile}`;
  const prefix = `SPRING_SSL_BUNDLE_PEM_${trustBundle.toUpperCase()}`;
  return {
    SERVICES_CA: file,
    [`${prefix}_RELOADONUPDATE`]: "true",
    [`${prefix}_TRUSTSTORE_CERTIFICATE`]: `file:${file}`,
  };
}

/** The volume of the authority's certificate; empty where a service calls nobody by TLS. */
export function authorityVolumes(service: ResolvedMicroservice): Volume[] {
  return callsByTls(service) ? [{ name: servicesAuthority, configMap: { name: servicesAuthority } }] : [];
}

/** The mounts of {@link authorityVolumes}. */
export function authorityMounts(service: ResolvedMicroservice): VolumeMount[] {
  if (!callsByTls(service)) return [];
  return [
    { name: servicesAuthority, mountPath: folder, readOnly: true },
    { name: servicesAuthority, mountPath: importedFile, subPath: servicesAuthorityFile, readOnly: true },
  ];
}
