import type { ResolvedMicroservice } from "../description/index.ts";
import { vaultAudience } from "./mounts.ts";
import { policyName } from "./policy.ts";

/** A role of the Kubernetes auth mount: who may log in, with which token, and which policies they get. Names are Vault's. */
export interface KubernetesAuthRole {
  readonly roleName: string;
  readonly boundServiceAccountNames: string[];
  readonly boundServiceAccountNamespaces: string[];
  readonly audience: string;
  readonly tokenPolicies: string[];
  readonly tokenNoDefaultPolicy: true;
  /** Seconds; long enough to read all values once, or for an agent to renew the token. */
  readonly tokenTtl: number;
  readonly tokenMaxTtl: number;
}

/** The role of one service: only its own ServiceAccount may log in, with a token whose audience is Vault. */
export function serviceRole({ name, namespace }: ResolvedMicroservice): KubernetesAuthRole {
  return kubernetesAuthRole(name, { account: name, namespaces: [namespace] }, policyName({ name }));
}

/** A role for one ServiceAccount with one policy. */
export function kubernetesAuthRole(
  roleName: string,
  bound: { readonly account: string; readonly namespaces: readonly string[] },
  policy: string,
): KubernetesAuthRole {
  return {
    roleName,
    boundServiceAccountNames: [bound.account],
    boundServiceAccountNamespaces: [...bound.namespaces],
    audience: vaultAudience,
    tokenPolicies: [policy],
    tokenNoDefaultPolicy: true,
    tokenTtl: 15 * 60,
    tokenMaxTtl: 60 * 60,
  };
}
