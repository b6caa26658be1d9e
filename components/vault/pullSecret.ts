import {
  type ConfigMapManifest,
  configMapManifest,
  type ExternalSecretManifest,
  type SecretStoreManifest,
  type ServiceAccountManifest,
  siteLabels,
} from "../kubernetes/index.ts";
import type { MicroserviceVault } from "../site.ts";
import { authorityFile, vaultProvider } from "./externalSecrets.ts";
import { type KubernetesAuthRole, kubernetesAuthRole } from "./kubernetesAuthRole.ts";
import { valueField, vaultMounts } from "./mounts.ts";
import { policyText, readOnly } from "./policy.ts";

/** The Secret with the registry's credentials that every namespace holds (`kubernetes.io/dockerconfigjson`). */
export const pullSecretName = "registry";

/** The site's registry credentials, `USER:PASSWORD`, in the mount `services`. No service's path has two parts. */
export const registryPath = "sites/registry";

/** How they are called on the command line. */
export const registryKey = "registry";

/** What an operator is told of them. */
export const registryDescription = "USER:PASSWORD with which the nodes pull from the site's registry";

/** Account, store, login role and policy of the credentials. */
export const registryRole = "registry-credentials";
export const registryPolicy = "site-registry";

/** What brings the registry's credentials into one namespace. */
export interface PullSecretManifests {
  readonly serviceAccount: ServiceAccountManifest;
  readonly authority: ConfigMapManifest;
  readonly secretStore: SecretStoreManifest;
  readonly externalSecret: ExternalSecretManifest;
}

/** Plans the Secret `registry` of a namespace, which the External Secrets Operator makes from the credentials in Vault. */
export function pullSecretManifests(
  namespace: string,
  vault: MicroserviceVault,
  registry: string,
): PullSecretManifests {
  const metadata = { name: registryRole, namespace, labels: siteLabels };
  const authority = configMapManifest({ name: registryRole, namespace }, "vault-ca", {
    [authorityFile]: vault.caCertificate,
  });
  const login = { role: registryRole, account: registryRole, authority: authority.metadata.name };
  // In the template a value comes from Vault; the registry's name is the site's.
  const auths = `{"auths":{"${registry}":{"auth":"{{ .${valueField} | b64enc }}"}}}`;
  return {
    serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    authority: { ...authority, metadata: { ...authority.metadata, labels: metadata.labels } },
    secretStore: {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata,
      spec: { provider: { vault: { ...vaultProvider(vault, login), path: vaultMounts.services } } },
    },
    externalSecret: {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata,
      spec: {
        refreshInterval: "5m",
        secretStoreRef: { kind: "SecretStore", name: registryRole },
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
    },
  };
}

/** Who may read the credentials: one account in each of the namespaces, which reads nothing else. */
export function registryReaders(namespaces: readonly string[]): {
  readonly policy: { readonly name: string; readonly policy: string };
  readonly role: KubernetesAuthRole;
} {
  const rules = readOnly([`${vaultMounts.services}/data/${registryPath}`]);
  return {
    policy: { name: registryPolicy, policy: policyText(rules) },
    role: kubernetesAuthRole(registryRole, { account: registryRole, namespaces }, registryPolicy),
  };
}
