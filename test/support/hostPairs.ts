import { KeyObject, webcrypto } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayLength = 24 * 3600 * 1000;

/** A certificate with its key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
  readonly parts: { readonly certificate: x509.X509Certificate; readonly keys: webcrypto.CryptoKeyPair };
}

/** What is wanted of a certificate. */
export interface Wanted {
  readonly name: string;
  /** Its DNS names; an authority has none. */
  readonly hosts?: readonly string[];
  /** @default itself */
  readonly by?: Issued;
  /** In days from now. @default -1 */
  readonly from?: number;
  /** In days from now. @default 90 */
  readonly to?: number;
  readonly clientOnly?: true;
}

/** Issues a certificate. */
export async function issue({ name, hosts, by, from = -1, to = 90, clientOnly }: Wanted): Promise<Issued> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString("hex"),
    subject: `CN=${name}`,
    issuer: by?.parts.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(Date.now() + from * dayLength),
    // A little more than whole days, so that a slow test counts the same number.
    notAfter: new Date(Date.now() + to * dayLength + 3_600_000),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: (by?.parts.keys ?? keys).privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(hosts === undefined, undefined, true),
      ...(hosts === undefined
        ? [new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)]
        : [
            new x509.ExtendedKeyUsageExtension([
              clientOnly === true ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
            ]),
            new x509.SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns" as const, value }))),
          ]),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }).toString();
  return { certificate: `${certificate.toString("pem")}\n`, key, parts: { certificate, keys } };
}

/** The certificates of an administration's own authority, and of one below it. */
export async function authorities(): Promise<{ readonly root: Issued; readonly middle: Issued }> {
  const root = await issue({ name: "Tax root", to: 3650 });
  return { root, middle: await issue({ name: "Tax servers", by: root, to: 1000 }) };
}
