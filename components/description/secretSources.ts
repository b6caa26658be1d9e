import { compareText } from "../diagnostic.ts";
import type { Microservice } from "../microservice.ts";
import type {
  ExistingSecret,
  GeneratedSecret,
  IssuedSecret,
  Secret,
  SecretDelivery,
  SuppliedSecret,
} from "../secrets.ts";

/** Where Vault Agent writes values: a volume in the pod's memory. */
export const secretsPath = "/vault/secrets";

/** Below it each issued key has a folder of its own, with its certificate. */
const certificatesPath = "/certificates";

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

/** A service's secrets by where they come from, each in the order of the keys, and how those in Vault reach its pods. */
export interface ResolvedSecrets {
  readonly delivery: SecretDelivery;
  /** Kept in Vault's KV engine. */
  readonly stored: readonly StoredSecret[];
  /** Issued by Vault's PKI engine. */
  readonly issued: readonly IssuedKey[];
  /** Keys of Kubernetes Secrets that exist already. */
  readonly existing: readonly { readonly key: string; readonly secret: ExistingSecret }[];
  /** Whether any of them comes from Vault. */
  readonly fromVault: boolean;
  /**
   * How Vault Agent runs in the service's pods: before the service's container, to write the files; beside it too where
   * keys are issued, which it renews. Undefined where no file comes from Vault.
   */
  readonly agent: "init" | "init and sidecar" | undefined;
}

/** Sorts a service's secrets by where they come from. */
export function resolveSecrets({
  name,
  namespace,
  secrets = {},
  secretDelivery = "env",
}: Microservice): ResolvedSecrets {
  const entries = Object.entries(secrets).sort(([a], [b]) => compareText(a, b));
  const stored = entries.flatMap(([key, secret]) =>
    isStored(secret) ? [{ key, secret, path: `${namespace}/${name}/${key}` }] : [],
  );
  const issued = entries.flatMap(([key, secret]) =>
    isIssued(secret) ? [{ key, secret, role: `${name}.${key}`, bundle: key.replaceAll("_", "").toLowerCase() }] : [],
  );
  const fromVault = stored.length + issued.length > 0;
  return {
    delivery: secretDelivery,
    stored,
    issued,
    existing: entries.flatMap(([key, secret]) => (isExisting(secret) ? [{ key, secret }] : [])),
    fromVault,
    agent: secretDelivery === "files" && fromVault ? (issued.length > 0 ? "init and sidecar" : "init") : undefined,
  };
}

/** The Kubernetes Secret into which the operator copies a service's values. */
export function targetSecretName({ name }: { readonly name: string }): string {
  return `${name}-secrets`;
}

/** The Kubernetes Secret of one issued key. */
export function tlsSecretName({ name }: { readonly name: string }, { bundle }: IssuedKey): string {
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
