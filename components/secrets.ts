/**
 * How a service's secrets in Vault reach its pods.
 *
 * `env`: the External Secrets Operator copies them into one Kubernetes Secret of the service, and each is an environment
 * variable. They are stored in etcd, so the site must encrypt it.
 *
 * `files`: Vault Agent writes each into the pod's memory, as a file under `/vault/secrets` that Spring reads as a property
 * of the same name. They never reach etcd; a pod that starts needs Vault.
 */
export type SecretDelivery = "env" | "files";

/**
 * The characters of a generated secret. `alphanumeric` needs no quoting anywhere; `symbols` adds `-_.~`, which a URL may
 * hold; `hexadecimal` is for keys.
 */
export type SecretAlphabet = "alphanumeric" | "hexadecimal" | "symbols";

/** A secret that is generated on the first deployment, different in each site; Vault is the source of truth afterwards. */
export interface GeneratedSecret {
  readonly kind: "generated";
  /** Number of characters, 16 to 512. */
  readonly length: number;
  /** The characters that it is made of. */
  readonly alphabet: SecretAlphabet;
}

/** A secret that an operator puts into Vault. */
export interface SuppliedSecret {
  readonly kind: "supplied";
  /** What it is and who has it, for the operator who is asked for it. */
  readonly description: string;
}

/** A private key, and a certificate of it, that the site's certificate authority in Vault issues and renews. */
export interface IssuedSecret {
  /** `certificate`: for a TLS server, with the service's names. `privateKey`: to sign with, or to be a TLS client. */
  readonly kind: "certificate" | "privateKey";
  /** Days for which the certificate is valid, 1 to 90. It is renewed when a third of them is left. */
  readonly validityDays: number;
  /**
   * The key, under the same `secrets`, that holds the password of a PKCS#12 key store. With it the folder has a
   * `keystore.p12` beside the PEM files. Only with `secretDelivery: "env"`.
   * @default no key store is made
   */
  readonly keyStorePassword?: string;
}

/** Options of {@link certificate} and {@link privateKey}. */
interface IssuedOptions {
  /**
   * Days for which the certificate is valid, 1 to 90.
   * @default 30
   */
  readonly validityDays?: number;
  /**
   * The key, under the same `secrets`, that holds the password of a PKCS#12 key store, see {@link IssuedSecret}.
   * @default no key store is made
   */
  readonly keyStorePassword?: string;
}

/**
 * One key of a Kubernetes Secret that exists already in the service's namespace, for services that were adopted from
 * manifests. It is always an environment variable, whatever the service's delivery; refused where there is cardholder data.
 * @example { secretName: "legacy-database", key: "password" }
 */
export interface ExistingSecret {
  /** The Secret's name. */
  readonly secretName: string;
  /**
   * The key in the Secret.
   * @default the variable's name
   */
  readonly key?: string;
}

/** What a service may state under a key of `secrets`. It is never a value. */
export type Secret = GeneratedSecret | SuppliedSecret | IssuedSecret | ExistingSecret;

/**
 * What one of the functions below makes. Descriptions run without a check of types: whatever they pass is kept as it is for
 * validation, which says what is wrong with it, beside all else that is wrong.
 * @param options a map, or nothing; anything else makes null. It is not kept, since it may be a secret.
 */
function secret(kind: string, defaults: object, options: unknown = {}): { readonly kind: string } | null {
  const isMap = typeof options === "object" && options !== null && !Array.isArray(options);
  return isMap ? { ...defaults, ...options, kind } : null;
}

/**
 * A secret that is generated once, different in each site. A later change of these options does not change the value; rotate
 * it in Vault.
 *
 * @param options.length number of characters, 16 to 512. Default 32.
 * @param options.alphabet the characters that it is made of. Default `alphanumeric`.
 * @example generated({ length: 48 })
 */
export function generated(options?: { readonly length?: number; readonly alphabet?: SecretAlphabet }): GeneratedSecret;
export function generated(options?: unknown): { readonly kind: string } | null {
  return secret("generated", { length: 32, alphabet: "alphanumeric" }, options);
}

/**
 * A secret that somebody outside hands over, such as a gateway's API key: declared here, put into Vault by an operator.
 * @example supplied({ description: "Merchant's API key, from the acquirer's portal" })
 */
export function supplied(options: { readonly description: string }): SuppliedSecret;
export function supplied(options?: unknown): { readonly kind: string } | null {
  return secret("supplied", {}, options);
}

/**
 * A TLS server's key and certificate for the service's DNS names. The variable holds the folder of `tls.crt`, `tls.key` and
 * `ca.crt`; Spring has them as the SSL bundle of the key's name: `TLS` -> `server.ssl.bundle: tls`.
 * @example certificate({ validityDays: 14 })
 */
export function certificate(options?: IssuedOptions): IssuedSecret;
export function certificate(options?: unknown): { readonly kind: string } | null {
  return secret("certificate", { validityDays: 30 }, options);
}

/**
 * A private key to sign with, and the certificate that others check the signature with. It reaches the pod as a
 * {@link certificate} does.
 * @example privateKey()
 */
export function privateKey(options?: IssuedOptions): IssuedSecret;
export function privateKey(options?: unknown): { readonly kind: string } | null {
  return secret("privateKey", { validityDays: 30 }, options);
}
