/**
 * How a service's secrets of Vault reach its pods.
 *
 * `env`: External Secrets Operator copies them into one Kubernetes Secret of the service, and each is an environment
 * variable. They rest in etcd, so the site must encrypt it.
 * `files`: Vault Agent writes each into the pod's memory, as a file under `/vault/secrets` that Spring reads as a property
 * of the same name. They never reach etcd; a pod that starts needs Vault.
 */
export type SecretDelivery = "env" | "files";

/**
 * The characters of a generated secret. `alphanumeric` needs no quoting anywhere; `symbols` adds `-_.~`, which a URL may
 * hold; `hexadecimal` is for keys.
 */
export type SecretAlphabet = "alphanumeric" | "hexadecimal" | "symbols";

/** A secret that the first deployment generates and that Vault owns from then on. */
export interface GeneratedSecret {
  readonly kind: "generated";
  /** Characters, 16 to 512. */
  readonly length: number;
  readonly alphabet: SecretAlphabet;
}

/** A secret that an operator puts into Vault. */
export interface SuppliedSecret {
  readonly kind: "supplied";
  /** What it is and who has it, for the operator who is asked for it. */
  readonly description: string;
}

/** A key and a certificate over it that the site's own authority in Vault issues and renews. */
export interface IssuedSecret {
  /** `certificate`: for a TLS server, with the service's names. `privateKey`: to sign with, or to be a TLS client. */
  readonly kind: "certificate" | "privateKey";
  /** Days for which it is valid, 1 to 90. It is renewed when a third of them is left. */
  readonly validityDays: number;
  /**
   * The key, under the same `secrets`, of the password of a PKCS#12 key store that is made too: `keystore.p12` in the
   * folder. Only with `secretDelivery: "env"`. Default: PEM files alone.
   */
  readonly keyStorePassword?: string;
}

/** What the two kinds of {@link IssuedSecret} may state. */
interface IssuedOptions {
  /** 1 to 90. Default 30. */
  readonly validityDays?: number;
  /** Key of the password of a PKCS#12 key store, see {@link IssuedSecret}. Default: none is made. */
  readonly keyStorePassword?: string;
}

/**
 * One key of a Kubernetes Secret that exists in the service's namespace, for services that were taken in from manifests.
 * Always an environment variable, whatever the service's delivery; refused where there is cardholder data.
 */
export interface ExistingSecret {
  /** The Secret's name. */
  readonly secretName: string;
  /** The key in it. Default: the variable's own name. */
  readonly key?: string;
}

/** What a service may state under a key of `secrets`. A value never stands there. */
export type Secret = GeneratedSecret | SuppliedSecret | IssuedSecret | ExistingSecret;

/**
 * A secret that is generated once, in each site another. A later change of these arguments does not change the value:
 * `npm run secrets -- rotate` does.
 *
 * @param options.length characters, 16 to 512. Default 32.
 * @param options.alphabet which characters. Default `alphanumeric`.
 */
export function generated(
  options: { readonly length?: number; readonly alphabet?: SecretAlphabet } = {},
): GeneratedSecret {
  const { length = 32, alphabet = "alphanumeric" } = options;
  return { kind: "generated", length, alphabet };
}

/** A secret that somebody outside hands over, such as a gateway's API key: declared here, filled by an operator. */
export function supplied(options: { readonly description: string }): SuppliedSecret {
  return { kind: "supplied", description: options.description };
}

/**
 * A TLS server's key and certificate for the service's DNS names. The variable holds the folder of `tls.crt`, `tls.key` and
 * `ca.crt`; Spring has them as the SSL bundle of the key's name: `TLS` -> `server.ssl.bundle: tls`.
 */
export function certificate(options: IssuedOptions = {}): IssuedSecret {
  return { kind: "certificate", validityDays: 30, ...options };
}

/**
 * A private key to sign with, and the certificate that others check the signature with. It reaches the pod as a
 * {@link certificate} does.
 */
export function privateKey(options: IssuedOptions = {}): IssuedSecret {
  return { kind: "privateKey", validityDays: 30, ...options };
}
