import type { ResolvedMicroservice } from "../description/index.ts";

/** Something that a cluster must have before a service that needs it, and the object by which it is known. */
export interface Prerequisite {
  /** What to call it, in the name of the read: `external-secrets-operator-0.17-or-newer`. */
  readonly name: string;
  /**
   * The object's kind. Custom resources are known by the APIService that the API server keeps for each version of a group:
   * their definitions are hundreds of times as large, and what is read becomes part of the stack's state.
   */
  readonly kind: "APIService" | "MutatingWebhookConfiguration";
  /** The object's name; an APIService's is `<version>.<group>`. */
  readonly id: string;
}

/** What the services' deliveries need of the cluster, and the registry's credentials where they come from Vault. */
export function prerequisitesOf(services: readonly ResolvedMicroservice[], registryFromVault: boolean): Prerequisite[] {
  const secrets = services.map((service) => service.secrets);
  const byOperator = secrets.filter(({ delivery }) => delivery === "env");
  return [
    ...(registryFromVault || byOperator.some(({ fromVault }) => fromVault)
      ? [
          {
            name: "external-secrets-operator-0.17-or-newer",
            kind: "APIService" as const,
            id: "v1.external-secrets.io",
          },
        ]
      : []),
    ...(byOperator.some(({ issued }) => issued.length > 0)
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
  ];
}
