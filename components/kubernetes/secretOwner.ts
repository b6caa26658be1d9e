/** Secrets in a service's namespace that are nobody's to read but the cluster's own parts, and what they hold. */
const ofTheSite: readonly (readonly [name: RegExp, what: string])[] = [
  [/^registry$/, "the credentials with which the nodes pull images"],
  [/\..+-tls$/, "the key of an exposed host"],
  [/^services-ca$/, "the authority that the entrance trusts, which services have in a ConfigMap"],
  [/-token-[a-z0-9]{5}$/, "an account's token"],
  [/^sh\.helm\.release\./, "Helm's record of a release"],
];

/** What a Secret of the site or of the cluster holds, by its name; undefined where it may be a service's. */
export function siteSecret(secretName: string): string | undefined {
  return ofTheSite.find(([name]) => name.test(secretName))?.[1];
}

/** Name of the Secret (`kubernetes.io/tls`) with the certificate of an exposed host: `api.tax.example-tls`. */
export function hostSecretName(host: string): string {
  return `${host}-tls`;
}

/** Whether a Secret is a service's by its name: `<service>-secrets` or `<service>-pki-<bundle>`. */
export function isSecretOf(service: string, secretName: string): boolean {
  return secretName.startsWith(`${service}-`) && /^(secrets|pki-[^.]+)$/.test(secretName.slice(service.length + 1));
}
