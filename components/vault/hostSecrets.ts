import {
  type ConfigMapManifest,
  configMapManifest,
  type ExternalSecretManifest,
  hostSecretName,
  type SecretStoreManifest,
  type ServiceAccountManifest,
  siteLabels,
  type VaultDynamicSecretManifest,
  withPatchForce,
} from "../kubernetes/index.ts";
import type { CertificateSource, MicroserviceVault } from "../siteData.ts";
import { authorityFile, generatedBy, refreshInterval, renewalInterval, vaultProvider } from "./externalSecrets.ts";
import { loginNames } from "./login.ts";
import { hostFields, hostPath, vaultMounts } from "./mounts.ts";
import { hostIssueParameters, hostRoleName, hostValidityDays } from "./pki.ts";

/** The objects from which the External Secrets Operator makes the Secret of a host in one namespace. */
export interface HostSecretManifests {
  /** The account that logs in to Vault. It has the host's name, which is all that Vault lets it have. */
  readonly serviceAccount: ServiceAccountManifest;
  /** Where the certificate comes from: Vault's values, or its authority. */
  readonly origin: SecretStoreManifest | VaultDynamicSecretManifest;
  readonly externalSecret: ExternalSecretManifest;
}

/** The ConfigMap of a namespace with the certificate of Vault's authority, which the hosts' objects share. */
export function hostsAuthorityManifest(namespace: string, vault: MicroserviceVault): ConfigMapManifest {
  const manifest = configMapManifest({ name: "hosts", namespace }, "vault-ca", {
    [authorityFile]: vault.caCertificate,
  });
  return withPatchForce({ ...manifest, metadata: { ...manifest.metadata, labels: siteLabels } });
}

/**
 * Builds the objects of a host whose certificate comes from Vault.
 * @param authority name of the ConfigMap of {@link hostsAuthorityManifest}
 */
export function hostSecretManifests(
  host: string,
  namespace: string,
  source: Extract<CertificateSource["source"], "issued" | "supplied">,
  vault: MicroserviceVault,
  authority: string,
): HostSecretManifests {
  const metadata = { name: host, namespace, labels: siteLabels };
  const provider = vaultProvider(vault, { role: loginNames.hosts, account: host, authority });
  const issued = source === "issued";
  return {
    serviceAccount: withPatchForce({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata,
      automountServiceAccountToken: false,
    }),
    origin: issued
      ? withPatchForce({
          apiVersion: "generators.external-secrets.io/v1alpha1",
          kind: "VaultDynamicSecret",
          metadata,
          spec: {
            path: `${vaultMounts.pki}/issue/${hostRoleName}`,
            method: "POST",
            parameters: hostIssueParameters(host),
            resultType: "Data",
            provider,
          },
        })
      : withPatchForce({
          apiVersion: "external-secrets.io/v1",
          kind: "SecretStore",
          metadata,
          spec: { provider: { vault: { ...provider, path: vaultMounts.services } } },
        }),
    externalSecret: withPatchForce({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata,
      spec: {
        refreshInterval: issued ? renewalInterval(hostValidityDays) : refreshInterval,
        ...(issued
          ? { dataFrom: generatedBy(host) }
          : {
              secretStoreRef: { kind: "SecretStore", name: host },
              data: Object.values(hostFields).map((field) => ({
                secretKey: field,
                remoteRef: { key: hostPath(host), property: field },
              })),
            }),
        target: {
          name: hostSecretName(host),
          creationPolicy: "Owner",
          // A certificate that is gone from Vault must not stop those who are served with it.
          deletionPolicy: "Retain",
          template: {
            engineVersion: "v2",
            type: "kubernetes.io/tls",
            data: issued
              ? { "tls.crt": "{{ .certificate }}\n{{ .issuing_ca }}\n", "tls.key": "{{ .private_key }}\n" }
              : { "tls.crt": "{{ .certificate }}", "tls.key": "{{ .key }}" },
          },
        },
      },
    }),
  };
}
