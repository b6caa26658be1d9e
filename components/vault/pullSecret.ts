import {
  type ConfigMapManifest,
  configMapManifest,
  type ExternalSecretManifest,
  type SecretStoreManifest,
  type ServiceAccountManifest,
  siteLabels,
  withPatchForce,
} from "../kubernetes/index.ts";
import type { MicroserviceVault } from "../siteData.ts";
import { authorityFile, refreshInterval, vaultProvider } from "./externalSecrets.ts";
import { loginNames, registryAccount } from "./login.ts";
import { registryPath, valueField, vaultMounts } from "./mounts.ts";

/** Name of the image pull Secret (`kubernetes.io/dockerconfigjson`) in every namespace. */
export const pullSecretName = "registry";

/** Key of the registry's credentials on the command line. */
export const registryKey = "registry";

/** Description of the registry's credentials for the operator who puts them into Vault. */
export const registryDescription = "USER:PASSWORD with which the nodes pull from the site's registry";

/** The objects that bring the registry's credentials into one namespace. */
export interface PullSecretManifests {
  readonly serviceAccount: ServiceAccountManifest;
  readonly authority: ConfigMapManifest;
  readonly secretStore: SecretStoreManifest;
  readonly externalSecret: ExternalSecretManifest;
}

/** Builds the objects from which the External Secrets Operator makes the Secret `registry` of a namespace. */
export function pullSecretManifests(
  namespace: string,
  vault: MicroserviceVault,
  registry: string,
): PullSecretManifests {
  const metadata = { name: registryAccount, namespace, labels: siteLabels };
  const authority = configMapManifest({ name: registryAccount, namespace }, "vault-ca", {
    [authorityFile]: vault.caCertificate,
  });
  const login = { role: loginNames.registry, account: registryAccount, authority: authority.metadata.name };
  // The operator fills in the credentials from Vault; the registry's host is site data.
  const auths = `{"auths":{"${registry}":{"auth":"{{ .${valueField} | b64enc }}"}}}`;
  return {
    serviceAccount: withPatchForce({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata,
      automountServiceAccountToken: false,
    }),
    authority: withPatchForce({ ...authority, metadata: { ...authority.metadata, labels: metadata.labels } }),
    secretStore: withPatchForce({
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata,
      spec: { provider: { vault: { ...vaultProvider(vault, login), path: vaultMounts.services } } },
    }),
    externalSecret: withPatchForce({
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata,
      spec: {
        refreshInterval,
        secretStoreRef: { kind: "SecretStore", name: registryAccount },
        target: {
          name: pullSecretName,
          creationPolicy: "Owner",
          deletionPolicy: "Retain",
          template: {
            engineVersion: "v2",
            type: "kubernetes.io/dockerconfigjson",
            data: { ".dockerconfigjson": auths },
          },
        },
        data: [{ secretKey: valueField, remoteRef: { key: registryPath, property: valueField } }],
      },
    }),
  };
}
