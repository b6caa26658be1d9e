import { X509Certificate } from "node:crypto";
import { z } from "zod";

const pem = /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/;
const rule = "must be a whole certificate in PEM form (-----BEGIN CERTIFICATE-----)";

/** A certificate in PEM form. */
export const certificate = z.string(rule).regex(pem, rule).refine(isCertificate, rule);

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== "";
  } catch {
    return false;
  }
}
