import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { type Diagnostic, ValidationError } from "../../components/diagnostic.ts";
import { chainProblems, expiryOf } from "./certificateChain.ts";
import type { PemFile } from "./pem.ts";

/** The certificate and the key of a host, as they are put into Vault. */
export interface HostPair {
  /** PEM: the host's own certificate, then those that signed it. */
  readonly certificate: string;
  /** PEM, in the form PKCS #8. */
  readonly key: string;
  /** When the first of the certificates expires. */
  readonly expires: Date;
}

/**
 * Checks that a certificate and a key are a host's, and that clients can verify it with them. Nothing of the key is shown.
 * @throws ValidationError with everything that is wrong with either file.
 */
export function readHostPair(host: string, certificateFile: PemFile, keyFile: PemFile, now: Date): HostPair {
  const { chain, problems } = readChain(certificateFile);
  const ofCertificate = [...problems, ...(problems.length > 0 ? [] : chainProblems(host, chain, now))];
  const key = readKey(keyFile);
  const [own] = chain;
  const ofKey = typeof key === "string" ? [key] : own?.checkPrivateKey(key) === false ? [foreignKey] : [];
  const diagnostics = [
    ...ofCertificate.map((message): Diagnostic => ({ file: certificateFile.name, path: "", message })),
    ...ofKey.map((message): Diagnostic => ({ file: keyFile.name, path: "", message })),
  ];
  if (diagnostics.length > 0 || typeof key === "string") throw new ValidationError(diagnostics);
  return {
    certificate: certificateFile.blocks.map(({ text }) => text).join(""),
    key: key.export({ type: "pkcs8", format: "pem" }).toString(),
    expires: expiryOf(chain),
  };
}

const foreignKey = "is not the key of the host's certificate; find the one with which it was requested";

function readChain({ blocks, problem }: PemFile): {
  readonly chain: readonly X509Certificate[];
  readonly problems: readonly string[];
} {
  if (problem !== undefined) return { chain: [], problems: [problem] };
  const others = new Set(blocks.map(({ label }) => label).filter((label) => label !== "CERTIFICATE"));
  const chain = blocks.flatMap(({ label, text }) => (label === "CERTIFICATE" ? [readCertificate(text)] : []));
  const readable = chain.filter((certificate) => certificate !== undefined);
  const problems = [
    ...(chain.length === 0
      ? ["has no certificate in PEM form; of a binary one make PEM with: openssl x509 -inform der -in FILE"]
      : []),
    ...[...others].map((label) => `has a ${label} too; keep the certificates alone in it`),
    ...chain.flatMap((certificate, index) =>
      certificate === undefined ? [`certificate ${index + 1} cannot be read; copy the whole file`] : [],
    ),
  ];
  return { chain: readable, problems };
}

function readCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

/** The only key of a file, or what is wrong with that. */
function readKey({ blocks, problem }: PemFile): KeyObject | string {
  if (problem !== undefined) return problem;
  const keys = blocks.filter(({ label }) => label.endsWith("PRIVATE KEY"));
  const [only] = keys;
  // OpenSSL writes the curve's parameters before the key.
  const other = blocks.find((block) => !keys.includes(block) && block.label !== "EC PARAMETERS");
  if (only === undefined) {
    return "has no private key in PEM form; of a binary one make PEM with: openssl pkey -inform der -in FILE";
  }
  if (keys.length > 1) return `has ${keys.length} private keys; keep the one of this host alone in it`;
  if (other !== undefined) return `has a ${other.label} too; keep the key alone in it`;
  if (only.label.startsWith("ENCRYPTED") || only.text.includes("Proc-Type: 4,ENCRYPTED")) {
    return "is encrypted, and no controller has the passphrase; Vault protects it instead: openssl pkey -in FILE -out NEW";
  }
  try {
    return createPrivateKey(only.text);
  } catch {
    return "cannot be read as a private key; copy the whole file";
  }
}
