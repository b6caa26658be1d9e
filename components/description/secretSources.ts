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
import { secretsWithTls } from "./tls.ts";

/** Directory in the pod, in memory, into which Vault Agent writes values. */
export const secretsPath = "/vault/secrets";

/** Directory in the pod with one folder for each issued key and its certificate. */
const certificatesPath = "/certificates";

/** A secret whose value is stored in Vault's KV engine. */
export interface StoredSecret {
  /** The key in the description, which is the name of the variable or property. */
  readonly key: string;
  readonly secret: GeneratedSecret | SuppliedSecret;
  /**
   * Path in the mount `services`: `payments/card-payments/DB_PASSWORD`. One path for each key and not for each service: KV
   * versions and rolls back whole paths, so rolling back one key of a shared path would change its neighbours too.
   */
  readonly path: string;
}

/** A private key with a certificate that Vault's PKI engine issues. */
export interface IssuedKey {
  readonly key: string;
  readonly secret: IssuedSecret;
  /** Name of the Spring SSL bundle and of the folder: the key without `_`, in lower case: `SIGNING_KEY` -> `signingkey`. */
  readonly bundle: string;
}

/** A service's secrets by origin, each list in the order of the keys, and how those in Vault reach its pods. */
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

/** The longest that a certificate may last, in days. */
export const longestValidityDays = 90;

/** Sorts a service's secrets by origin. */
export function resolveSecrets(service: Microservice): ResolvedSecrets {
  const { name, namespace, cardholderData = false, secretDelivery = cardholderData ? "files" : "env" } = service;
  const entries = Object.entries(secretsWithTls(service)).sort(([a], [b]) => compareText(a, b));
  const stored = entries.flatMap(([key, secret]) =>
    isStored(secret) ? [{ key, secret, path: `${namespace}/${name}/${key}` }] : [],
  );
  const issued = entries.flatMap(([key, secret]) =>
    isIssued(secret) ? [{ key, secret, bundle: key.replaceAll("_", "").toLowerCase() }] : [],
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

/** Name of the Kubernetes Secret into which the External Secrets Operator copies a service's stored values. */
export function targetSecretName({ name }: { readonly name: string }): string {
  return `${name}-secrets`;
}

/** Name of the Kubernetes Secret (`kubernetes.io/tls`) of one issued key. */
export function tlsSecretName({ name }: { readonly name: string }, { bundle }: IssuedKey): string {
  return `${name}-pki-${bundle}`;
}

/** Directory in the pod with an issued key and its certificate. */
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
