/** Secrets in a service's namespace that are nobody's to read but the cluster's own parts, and what they hold. */
const ofTheSite: readonly (readonly [name: RegExp, what: string])[] = [
  [/^registry$/, "the credentials with which the nodes pull images"],
  [/-token-[a-z0-9]{5}$/, "an account's token"],
  [/^sh\.helm\.release\./, "Helm's record of a release"],
];

/** What a Secret of the site or of the cluster holds, by its name; undefined where it may be a service's. */
export function siteSecret(secretName: string): string | undefined {
  return ofTheSite.find(([name]) => name.test(secretName))?.[1];
}

/**
 * Whether a Secret is a service's by its name: `<service>-secrets`, `<service>-pki-<bundle>`, or `<service>-tls`, which holds
 * the key of its entrance.
 */
export function isSecretOf(service: string, secretName: string): boolean {
  return secretName.startsWith(`${service}-`) && /^(secrets|tls|pki-[^.]+)$/.test(secretName.slice(service.length + 1));
}
