import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";

/** Extended key usage of a server (RFC 5280, 4.2.1.12). */
const serverAuth = "1.3.6.1.5.5.7.3.1";

/**
 * What is wrong with a host's certificates, in the order of their file: the host's own first, then each one's signer.
 * @param host `api.tax.example`
 * @returns a sentence each; none if clients can verify the host with them, now.
 */
export function chainProblems(host: string, chain: readonly X509Certificate[], now: Date): string[] {
  const [own] = chain;
  if (own === undefined) return [];
  return [
    ...nameProblems(host, own),
    ...chain.flatMap((certificate, index) => timeProblems(certificate, index, now)),
    ...chain.flatMap((certificate, index) => signerProblems(certificate, index, chain)),
  ];
}

/** When the first of the certificates expires. */
export function expiryOf(chain: readonly X509Certificate[]): Date {
  return new Date(Math.min(...chain.map(({ validTo }) => Date.parse(validTo))));
}

function nameProblems(host: string, own: X509Certificate): string[] {
  // As browsers and Java do it: the common name is none, and an asterisk is one whole label.
  const covers = own.checkHost(host, { subject: "never", partialWildcards: false, multiLabelWildcards: false });
  const names = own.subjectAltName ?? "none";
  return [
    ...(covers === undefined
      ? [`is for other names than ${host} (${names}); a wildcard stands for one label; have one issued for this host`]
      : []),
    ...(own.keyUsage !== undefined && !own.keyUsage.includes(serverAuth)
      ? ["is for no server (extended key usage without serverAuth); have one issued for servers"]
      : []),
  ];
}

function timeProblems({ validFrom, validTo }: X509Certificate, index: number, now: Date): string[] {
  const [from, to] = [new Date(validFrom), new Date(validTo)];
  const which = ordinal(index);
  if (now > to) return [`${which} expired on ${day(to)}; have it issued anew`];
  if (now < from) return [`${which} is not valid before ${day(from)}; put it then, or correct this machine's clock`];
  return [];
}

function signerProblems(certificate: X509Certificate, index: number, chain: readonly X509Certificate[]): string[] {
  const which = ordinal(index);
  const next = chain[index + 1];
  if (next !== undefined) {
    if (isSigned(certificate, next)) return [];
    const elsewhere = chain.findIndex((other) => other !== certificate && isSigned(certificate, other));
    if (elsewhere >= 0) {
      return [`${which} is signed by ${ordinal(elsewhere)}; put each certificate's signer right after it`];
    }
    return [
      `${which} is not signed by ${ordinal(index + 1)}, which follows it; its signer is ${issuerOf(certificate)}`,
    ];
  }
  const ends = isSigned(certificate, certificate) || rootCertificates.some((root) => isSignedBy(certificate, root));
  if (ends) return [];
  return [
    `${which} is signed by ${issuerOf(certificate)}, which is neither in the file nor a public authority; append its certificates up to the root`,
  ];
}

function isSignedBy(certificate: X509Certificate, root: string): boolean {
  return isSigned(certificate, new X509Certificate(root));
}

function isSigned(certificate: X509Certificate, by: X509Certificate): boolean {
  return certificate.checkIssued(by) && certificate.verify(by.publicKey);
}

function issuerOf({ issuer }: X509Certificate): string {
  return JSON.stringify(issuer.split("\n").join(", "));
}

function ordinal(index: number): string {
  return `certificate ${index + 1}`;
}

/** `2027-02-24`. */
export function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Whole days until then; below 0 if it is past. */
export function daysUntil(date: Date, now: Date): number {
  return Math.floor((date.getTime() - now.getTime()) / (24 * 3600 * 1000));
}

/**
 * Days before its end from which on a certificate is a warning. People need time to have one issued; what is renewed by itself
 * is renewed with a third of its time left, 30 days of 90, and has failed to be for two weeks then.
 */
export const fewestDays = { supplied: 30, renewed: 16 } as const;
