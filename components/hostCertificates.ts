import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { certificateManifest } from "./cluster/index.ts";
import { ValidationError } from "./diagnostic.ts";
import type { CertificateManifest, ConfigMapManifest } from "./kubernetes/index.ts";
import type { MicroserviceVault } from "./siteData.ts";
import { type HostSecretManifests, hostSecretManifests, hostsAuthorityManifest } from "./vault/index.ts";
import type { ExposedHost } from "./workload/index.ts";

/** What makes the Secrets of exposed hosts in one namespace, one for each host. */
export interface HostCertificateManifests {
  /** The certificate of Vault's authority; undefined where nothing comes from Vault. */
  readonly authority: ConfigMapManifest | undefined;
  readonly hosts: readonly HostManifests[];
}

interface HostManifests {
  /** Part of the resources' names: `host-api-public`. */
  readonly part: string;
  readonly made: HostSecretManifests | CertificateManifest;
}

/**
 * Builds what makes the Secrets of hosts: namespace -> manifests. However many services of a namespace share a host, there
 * is one Secret.
 * @throws ValidationError where a certificate comes from Vault and there is none.
 */
export function hostCertificates(
  hosts: readonly ExposedHost[],
  vault: MicroserviceVault | undefined,
): ReadonlyMap<string, HostCertificateManifests> {
  const pairs = hosts.flatMap((host) => host.namespaces.map((namespace) => ({ namespace, host })));
  return new Map(
    [...Map.groupBy(pairs, ({ namespace }) => namespace)].map(([namespace, inside]) => {
      const fromVault = inside.find(({ host: { certificate } }) => isFromVault(certificate.source));
      if (vault === undefined && fromVault !== undefined) throw withoutVault(fromVault.host);
      const authority =
        vault === undefined || fromVault === undefined ? undefined : hostsAuthorityManifest(namespace, vault);
      return [
        namespace,
        {
          authority,
          hosts: inside.flatMap(({ host: { host, label, domain, certificate } }): HostManifests[] => {
            const part = `host-${label}-${domain}`;
            if (certificate.source === "cert-manager") {
              return [{ part, made: certificateManifest(host, namespace, certificate.clusterIssuer) }];
            }
            if (certificate.source === "controller" || vault === undefined || authority === undefined) return [];
            const { name } = authority.metadata;
            return [{ part, made: hostSecretManifests(host, namespace, certificate.source, vault, name) }];
          }),
        },
      ];
    }),
  );
}

function isFromVault(source: ExposedHost["certificate"]["source"]): boolean {
  return source === "issued" || source === "supplied";
}

function withoutVault({ host, domain, certificate }: ExposedHost): ValidationError {
  const message = `the certificate of ${host} is "${certificate.source}", so it comes from Vault; state the site's vault, or another source`;
  return new ValidationError([{ file: "Datacenter", path: `hosts.exposure.tls.${domain}`, message }]);
}

/**
 * Registers what makes the Secrets of a namespace's hosts.
 * @param name beginning of the resources' names
 * @param verified holds a value back until the cluster is known to be the expected one
 * @returns what a service that is exposed under one of the hosts waits for
 */
export function createHostCertificates(
  name: string,
  manifests: HostCertificateManifests | undefined,
  verified: <Value>(value: Value) => pulumi.Output<Value>,
  child: { readonly parent: pulumi.Resource; readonly dependsOn?: pulumi.Resource[] },
): pulumi.Resource[] {
  if (manifests === undefined) return [];
  const { dependsOn = [] } = child;
  const held = <Manifest extends { metadata: object }>(manifest: Manifest) => ({
    ...manifest,
    metadata: verified(manifest.metadata),
  });
  const authority =
    manifests.authority === undefined
      ? []
      : [new kubernetes.core.v1.ConfigMap(`${name}-hosts-authority`, held(manifests.authority), child)];
  return manifests.hosts.map(({ part, made }) => {
    const create = (what: string, manifest: kubernetes.apiextensions.CustomResourceArgs, first: pulumi.Resource[]) =>
      new kubernetes.apiextensions.CustomResource(`${name}-${part}-${what}`, manifest, {
        ...child,
        dependsOn: [...dependsOn, ...first],
      });
    if ("kind" in made) return create("certificate", held(made), []);
    const account = new kubernetes.core.v1.ServiceAccount(`${name}-${part}-account`, held(made.serviceAccount), child);
    const origin = create("origin", held(made.origin), [account, ...authority]);
    return create("external-secret", held(made.externalSecret), [origin]);
  });
}
