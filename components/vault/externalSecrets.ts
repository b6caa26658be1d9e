import {
  type IssuedKey,
  type ResolvedMicroservice,
  type StoredSecret,
  targetSecretName,
  tlsSecretName,
} from "../description/index.ts";
import {
  type ConfigMapManifest,
  commonLabels,
  configMapManifest,
  type ExternalSecretManifest,
  type SecretStoreManifest,
  type VaultDynamicSecretManifest,
  type VaultProviderSpec,
} from "../kubernetes/index.ts";
import type { MicroserviceVault } from "../siteData.ts";
import { loginNames } from "./login.ts";
import { valueField, vaultAudience, vaultMounts } from "./mounts.ts";
import { pkiRole } from "./pki.ts";

/** Name of the file with the certificate of Vault's certificate authority, in its ConfigMap and where that is mounted. */
export const authorityFile = "ca.crt";

/** How often the External Secrets Operator reads values: the longest that a rotation waits. */
export const refreshInterval = "5m";

/** How often it has a key issued anew: when a third of its validity is left. */
export function renewalInterval(validityDays: number): string {
  return `${validityDays * 16}h`;
}

/** The source of an ExternalSecret whose values a VaultDynamicSecret makes. */
export function generatedBy(name: string): NonNullable<ExternalSecretManifest["spec"]["dataFrom"]> {
  const apiVersion = "generators.external-secrets.io/v1alpha1";
  return [{ sourceRef: { generatorRef: { apiVersion, kind: "VaultDynamicSecret", name } } }];
}

/**
 * The ConfigMap with the certificate of Vault's certificate authority, which the External Secrets Operator and Vault Agent
 * trust.
 */
export function vaultCaManifest(service: ResolvedMicroservice, vault: MicroserviceVault): ConfigMapManifest {
  return configMapManifest(service, "vault-ca", { [authorityFile]: vault.caCertificate });
}

/**
 * How the External Secrets Operator logs in: as a ServiceAccount of the namespace itself, with a token whose audience is
 * Vault.
 */
export function vaultProvider(
  vault: MicroserviceVault,
  login: { readonly role: string; readonly account: string; readonly authority: string },
): Omit<VaultProviderSpec, "path"> {
  return {
    server: vault.address,
    version: "v2",
    caProvider: { type: "ConfigMap", name: login.authority, key: authorityFile },
    auth: {
      kubernetes: {
        mountPath: vault.authMount,
        role: login.role,
        serviceAccountRef: { name: login.account, audiences: [vaultAudience] },
      },
    },
  };
}

/** The SecretStore of one service. Never a ClusterSecretStore, through which every namespace could read everything. */
export function secretStoreManifest(
  { name, namespace }: ResolvedMicroservice,
  vault: MicroserviceVault,
  authority: string,
): SecretStoreManifest {
  const provider = vaultProvider(vault, { role: loginNames.services, account: name, authority });
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { name, namespace, labels: commonLabels(name, namespace) },
    spec: { provider: { vault: { ...provider, path: vaultMounts.services } } },
  };
}

/** The ExternalSecret that copies a service's stored values into its Kubernetes Secret, one key each. */
export function externalSecretManifest(
  service: ResolvedMicroservice,
  stored: readonly StoredSecret[],
): ExternalSecretManifest {
  const { name, namespace } = service;
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name, namespace, labels: commonLabels(name, namespace) },
    spec: {
      refreshInterval,
      secretStoreRef: { kind: "SecretStore", name },
      // Retain: a value that is gone from Vault must not stop the running service.
      target: { name: targetSecretName(service), creationPolicy: "Owner", deletionPolicy: "Retain" },
      data: stored.map(({ key, path }) => ({
        secretKey: key,
        remoteRef: { key: path, property: valueField },
      })),
    },
  };
}

/** The generator of an issued key: each request gives a new key with a certificate. */
export function vaultDynamicSecretManifest(
  service: ResolvedMicroservice,
  issued: IssuedKey,
  parameters: Readonly<Record<string, string>>,
  vault: MicroserviceVault,
  authority: string,
): VaultDynamicSecretManifest {
  const { name, namespace } = service;
  return {
    apiVersion: "generators.external-secrets.io/v1alpha1",
    kind: "VaultDynamicSecret",
    metadata: { name: tlsSecretName(service, issued), namespace, labels: commonLabels(name, namespace) },
    spec: {
      path: `${vaultMounts.pki}/issue/${pkiRole(issued)}`,
      method: "POST",
      parameters: { ...parameters },
      resultType: "Data",
      provider: vaultProvider(vault, { role: loginNames.services, account: name, authority }),
    },
  };
}

/**
 * The ExternalSecret that keeps the Kubernetes Secret (`kubernetes.io/tls`) of an issued key and renews it when a third of
 * its validity is left; with a PKCS#12 key store too, where the description names a password for one.
 */
export function tlsExternalSecretManifest(service: ResolvedMicroservice, issued: IssuedKey): ExternalSecretManifest {
  const { name, namespace } = service;
  const password = service.secrets.stored.find(({ key }) => key === issued.secret.keyStorePassword);
  const secretName = tlsSecretName(service, issued);
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name: secretName, namespace, labels: commonLabels(name, namespace) },
    spec: {
      refreshInterval: renewalInterval(issued.secret.validityDays),
      ...(password === undefined
        ? {}
        : {
            secretStoreRef: { kind: "SecretStore", name },
            data: [{ secretKey: "keystore_password", remoteRef: { key: password.path, property: valueField } }],
          }),
      target: {
        name: secretName,
        creationPolicy: "Owner",
        deletionPolicy: "Retain",
        template: {
          engineVersion: "v2",
          type: "kubernetes.io/tls",
          data: {
            "tls.crt": "{{ .certificate }}\n{{ .issuing_ca }}\n",
            "tls.key": "{{ .private_key }}\n",
            [authorityFile]: "{{ .issuing_ca }}\n",
            // Without a line end after the last certificate, which the function would take for a broken one.
            ...(password === undefined
              ? {}
              : {
                  "keystore.p12":
                    '{{ fullPemToPkcs12Pass (printf "%s\\n%s" .certificate .issuing_ca) .private_key .keystore_password | b64dec }}',
                }),
          },
        },
      },
      dataFrom: generatedBy(secretName),
    },
  };
}
