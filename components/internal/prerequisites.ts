import type { Microservice } from "../microservice.ts";
import { readsFiles, resolveMicroservice } from "./defaults.ts";
import { secretsOf } from "./secrets.ts";

/** Something that a cluster must have before a service that needs it, and the object by which it is known. */
export interface Prerequisite {
  /** What to call it, in the name of the read: `external-secrets-operator`. */
  readonly name: string;
  /** The object's kind. */
  readonly kind: "CustomResourceDefinition" | "MutatingWebhookConfiguration";
  /** The object's name. */
  readonly id: string;
  /** The version of a CustomResourceDefinition that must be served. */
  readonly version?: string;
}

/** What the services' deliveries need of the cluster, and the registry's credentials where they come from Vault. */
export function prerequisitesOf(services: readonly Microservice[], registryFromVault: boolean): Prerequisite[] {
  const resolved = services.map(resolveMicroservice);
  const byOperator = resolved.filter(({ secretDelivery }) => secretDelivery === "env").map(secretsOf);
  const definition = (name: string, id: string, version: string): Prerequisite => ({
    name,
    kind: "CustomResourceDefinition",
    id,
    version,
  });
  return [
    ...(registryFromVault || byOperator.some(({ stored, issued }) => stored.length + issued.length > 0)
      ? [
          definition("external-secrets-operator", "externalsecrets.external-secrets.io", "v1"),
          definition("external-secrets-operator-stores", "secretstores.external-secrets.io", "v1"),
        ]
      : []),
    ...(byOperator.some(({ issued }) => issued.length > 0)
      ? [
          definition(
            "external-secrets-operator-generators",
            "vaultdynamicsecrets.generators.external-secrets.io",
            "v1alpha1",
          ),
        ]
      : []),
    ...(resolved.some(readsFiles)
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
