import { request } from "node:https";
import { isIP } from "node:net";
import { createSecureContext, getCACertificates, type PeerCertificate, type SecureContext } from "node:tls";

/** A GET by HTTPS whose address and name are stated apart, so that it reaches this site whatever the name leads to. */
export interface HttpsRequest {
  /** IP address, or a name that is looked up, at which the connection is opened. */
  readonly address: string;
  readonly port: number;
  /** The name that is asked for, by SNI and by the header Host, and that the certificate has to have. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  /** The authorities that are trusted. */
  readonly trust: SecureContext;
  /**
   * User and password.
   * @default none are sent
   */
  readonly login?: { readonly username: string; readonly password: string };
  readonly signal: AbortSignal;
}

/** What answered. */
export interface HttpsAnswer {
  readonly status: number;
  readonly text: string;
  /** Until when its certificate is good; undefined where the server did not say. */
  readonly validTo: Date | undefined;
}

/** Trust in these authorities (PEM) alone. Made once and shared, since it takes longer than a request. */
export function trustIn(authorities: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...authorities] });
}

/** Trust in what this machine trusts (its own store, Node's, and `NODE_EXTRA_CA_CERTS`), and in further authorities (PEM). */
export function trustOfMachine(further: readonly string[]): SecureContext {
  return trustIn([...new Set([...getCACertificates("default"), ...getCACertificates("system"), ...further])]);
}

/** The server was not reached, or is not who it has to be. Its message goes on from the server's name. */
export class HttpsFailure extends Error {
  override readonly name = "HttpsFailure";
  /** Whether the certificate is what is wrong. */
  readonly untrusted: boolean;

  constructor(message: string, untrusted: boolean) {
    super(message);
    this.untrusted = untrusted;
  }
}

/** Longest wait for the whole answer, in milliseconds: a caller is gone by then. */
const patience = 10_000;

/** What is read of an answer, in characters; more of it would only be in the way. */
const longestText = 1_000_000;

/**
 * Asks once, on a connection of its own, and follows no redirection.
 * @throws HttpsFailure
 */
export function askByHttps(asked: HttpsRequest): Promise<HttpsAnswer> {
  const { address, port, host, path, trust, login, signal } = asked;
  return new Promise((resolve, reject) => {
    const options = {
      ...{ host: address, port, path, agent: false as const, secureContext: trust },
      // The name of a server is never an address.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      headers: { host: port === 443 ? host : `${host}:${port}`, "user-agent": "gemelos-gate" },
      ...(login === undefined ? {} : { auth: `${login.username}:${login.password}` }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    };
    const fail = (error: Error) => reject(failureOf(error));
    const sent = request(options, (incoming) => {
      const { socket } = incoming;
      const certificate = "getPeerCertificate" in socket ? peerCertificate(socket) : undefined;
      let text = "";
      incoming
        .setEncoding("utf8")
        .on("data", (part: string) => {
          if (text.length < longestText) text += part;
        })
        .once("error", fail)
        .once("end", () => {
          const validTo = certificate === undefined ? undefined : new Date(certificate.valid_to);
          resolve({ status: incoming.statusCode ?? 0, text, validTo });
        });
    });
    sent.once("error", fail).end();
  });
}

/** A connection that was made by TLS knows whom it leads to, and Node's type of an answer does not know that it was. */
function peerCertificate(socket: object): PeerCertificate | undefined {
  const { getPeerCertificate } = socket as { getPeerCertificate: () => PeerCertificate | null };
  const certificate = getPeerCertificate.call(socket);
  return certificate?.valid_to === undefined ? undefined : certificate;
}

const untrustedReasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "has a certificate that has expired",
  CERT_NOT_YET_VALID: "has a certificate that is not valid yet",
  CERT_REVOKED: "has a certificate that was revoked",
};

function failureOf(error: Error): HttpsFailure {
  if (error.name === "TimeoutError" || (error.cause instanceof Error && error.cause.name === "TimeoutError")) {
    return new HttpsFailure(`did not answer in ${patience / 1000} s`, false);
  }
  const code = "code" in error ? String(error.code) : error.message;
  const known = untrustedReasons[code];
  if (known !== undefined) return new HttpsFailure(known, true);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const names = "cert" in error ? namesOf(error.cert) : undefined;
    return new HttpsFailure(`has a certificate for other names${names === undefined ? "" : ` (${names})`}`, true);
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)) {
    return new HttpsFailure(`has a certificate that no trusted authority has signed (${code})`, true);
  }
  if (/^ERR_SSL|EPROTO|^ERR_TLS/.test(code))
    return new HttpsFailure(`does not speak TLS as it should (${code})`, false);
  return new HttpsFailure(`cannot be reached (${code})`, false);
}

function namesOf(certificate: unknown): string | undefined {
  const stated = Reflect.get(Object(certificate), "subjectaltname");
  return typeof stated === "string" ? stated.replaceAll("DNS:", "") : undefined;
}
