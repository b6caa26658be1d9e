// Required by @peculiar/x509 when it is loaded.
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** PEM of a CA certificate, and of a certificate of a server or a client signed by it with its key. */
export interface ServerIdentity {
  readonly caCertificate: string;
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Ten years in milliseconds, so that a long-lived sandbox does not fail because of its certificates. */
const lifetime = 3650 * 24 * 3600 * 1000;

/**
 * Creates a CA, and the certificate of a client of this name signed by it.
 * @param authority the CA's name
 */
export function createClientIdentity(authority: string, name: string): Promise<ServerIdentity> {
  return createIdentity(authority, name, [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]);
}

/**
 * Creates a CA, and a certificate for 127.0.0.1 and these hosts signed by it. The CA's key is discarded, because nothing
 * else will ever be signed with it.
 * @param name the CA's name: `Gemelos sandbox dc1`
 */
export function createServerIdentity(name: string, hosts: readonly string[] = ["localhost"]): Promise<ServerIdentity> {
  return createIdentity(name, hosts[0] ?? "localhost", [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension([
      { type: "ip", value: "127.0.0.1" },
      ...hosts.map((value) => ({ type: "dns" as const, value })),
    ]),
  ]);
}

async function createIdentity(
  name: string,
  subject: string,
  extensions: readonly x509.Extension[],
): Promise<ServerIdentity> {
  x509.cryptoProvider.set(webcrypto);
  const notBefore = new Date(Date.now() - 60_000);
  const notAfter = new Date(Date.now() + lifetime);
  const authorityKeys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: `CN=${name}`,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const serverKeys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const server = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${subject}`,
    issuer: authority.subject,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...extensions,
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  return {
    caCertificate: `${authority.toString("pem")}\n`,
    certificate: `${server.toString("pem")}\n`,
    key: KeyObject.from(serverKeys.privateKey).export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString("hex");
}
