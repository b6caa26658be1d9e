import type { Microservice } from "../microservice.ts";
import type {
  ExistingSecret,
  GeneratedSecret,
  IssuedSecret,
  Secret,
  SecretAlphabet,
  SuppliedSecret,
} from "../secrets.ts";
import { compareText } from "./problems.ts";

/** Vault's mounts of a site: a KV version 2 engine for values, and the authority that issues keys and certificates. */
export const vaultMounts = { services: "services", pki: "pki" } as const;

/** The only field of a KV secret here: one secret is one value, with versions of its own. */
export const valueField = "value";

/** Whom a service account's token must be made for, so that Vault takes it; the API server refuses such a token. */
export const vaultAudience = "vault";

/** Where Vault Agent writes values: a volume in the pod's memory. */
export const secretsPath = "/vault/secrets";

/** Below it each issued key has a folder of its own, with its certificate. */
const certificatesPath = "/certificates";

/** The characters of each alphabet. */
export const alphabets: Readonly<Record<SecretAlphabet, string>> = {
  alphanumeric: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  hexadecimal: "0123456789abcdef",
  symbols: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~",
};

/** A secret that is kept in Vault's KV engine, and where. */
export interface StoredSecret {
  /** The key in the description, which is the variable's or the property's name. */
  readonly key: string;
  readonly secret: GeneratedSecret | SuppliedSecret;
  /**
   * Path in the mount `services`: `payments/card-payments/DB_PASSWORD`. One path a key, not one a service: KV versions,
   * ages and rolls back whole paths, so a supplied key that is put anew would take a generated neighbour's value with it.
   */
  readonly path: string;
}

/** A secret that Vault's authority issues. */
export interface IssuedKey {
  readonly key: string;
  readonly secret: IssuedSecret;
  /** The role of the mount `pki` that says which names it may have: `card-payments.SIGNING_KEY`. */
  readonly role: string;
  /** Name of the SSL bundle and of the folder: the key as Spring reads it from a variable, `SIGNING_KEY` -> `signingkey`. */
  readonly bundle: string;
}

/** A service's secrets by where they come from, each in the order of the keys. */
export interface SecretsByOrigin {
  readonly stored: readonly StoredSecret[];
  readonly issued: readonly IssuedKey[];
  readonly existing: readonly { readonly key: string; readonly secret: ExistingSecret }[];
}

/** Sorts a service's secrets out. */
export function secretsOf(service: Pick<Microservice, "name" | "namespace" | "secrets">): SecretsByOrigin {
  const { name, namespace, secrets = {} } = service;
  const entries = Object.entries(secrets).sort(([a], [b]) => compareText(a, b));
  return {
    stored: entries.flatMap(([key, secret]) =>
      isStored(secret) ? [{ key, secret, path: `${namespace}/${name}/${key}` }] : [],
    ),
    issued: entries.flatMap(([key, secret]) =>
      isIssued(secret) ? [{ key, secret, role: `${name}.${key}`, bundle: key.replaceAll("_", "").toLowerCase() }] : [],
    ),
    existing: entries.flatMap(([key, secret]) => (isExisting(secret) ? [{ key, secret }] : [])),
  };
}

/** Whether a service needs Vault at all. */
export function usesVault(service: Pick<Microservice, "name" | "namespace" | "secrets">): boolean {
  const { stored, issued } = secretsOf(service);
  return stored.length + issued.length > 0;
}

/** Name of a service's policy in Vault. */
export function policyName({ name }: { readonly name: string }): string {
  return `service-${name}`;
}

/** The Kubernetes Secret into which the operator copies a service's values. */
export function deliveredSecretName({ name }: { readonly name: string }): string {
  return `${name}-secrets`;
}

/** The Kubernetes Secret of one issued key. */
export function issuedSecretName({ name }: { readonly name: string }, { bundle }: IssuedKey): string {
  return `${name}-pki-${bundle}`;
}

/** The folder in which the pod finds an issued key. */
export function certificateFolder({ bundle }: IssuedKey): string {
  return `${certificatesPath}/${bundle}`;
}

function isStored(secret: Secret): secret is GeneratedSecret | SuppliedSecret {
  return "kind" in secret && (secret.kind === "generated" || secret.kind === "supplied");
}

function isIssued(secret: Secret): secret is IssuedSecret {
  return "kind" in secret && (secret.kind === "certificate" || secret.kind === "privateKey");
}

function isExisting(secret: Secret): secret is ExistingSecret {
  return "secretName" in secret;
}
