import type { ResolvedMicroservice } from "../description/index.ts";
import type { CertificateSource } from "../siteData.ts";
import type { ExposedHost } from "../workload/index.ts";

/** An operator that a cluster must have before the services that need it, and the object that proves it is there. */
export interface Prerequisite {
  /** Name of the operator, as part of the name of the read: `external-secrets-operator-0.17-or-newer`. */
  readonly name: string;
  /**
   * The object's kind. Custom resources are recognized by the APIService of their group and version and not by their
   * definitions, which are hundreds of times as large: what is read becomes part of the stack's state.
   */
  readonly kind: "APIService" | "MutatingWebhookConfiguration";
  /** The object's name; an APIService's is `<version>.<group>`. */
  readonly id: string;
}

/**
 * What the cluster needs to bring services their secrets, namespaces the registry's credentials where those come from
 * Vault, and hosts their certificates.
 */
export function prerequisitesOf(
  services: readonly ResolvedMicroservice[],
  registryFromVault: boolean,
  hosts: readonly Pick<ExposedHost, "certificate">[] = [],
): Prerequisite[] {
  const secrets = services.map((service) => service.secrets);
  const byOperator = secrets.filter(({ delivery }) => delivery === "env");
  const has = (...sources: readonly CertificateSource["source"][]) =>
    hosts.some(({ certificate }) => sources.includes(certificate.source));
  return [
    ...(registryFromVault || has("issued", "supplied") || byOperator.some(({ fromVault }) => fromVault)
      ? [
          {
            name: "external-secrets-operator-0.17-or-newer",
            kind: "APIService" as const,
            id: "v1.external-secrets.io",
          },
        ]
      : []),
    ...(has("issued") || byOperator.some(({ issued }) => issued.length > 0)
      ? [
          {
            name: "external-secrets-operator-generators",
            kind: "APIService" as const,
            id: "v1alpha1.generators.external-secrets.io",
          },
        ]
      : []),
    ...(secrets.some(({ agent }) => agent !== undefined)
      ? [
          {
            name: "vault-agent-injector",
            kind: "MutatingWebhookConfiguration" as const,
            id: "vault-agent-injector-cfg",
          },
        ]
      : []),
    ...(has("cert-manager") ? [{ name: "cert-manager", kind: "APIService" as const, id: "v1.cert-manager.io" }] : []),
  ];
}
