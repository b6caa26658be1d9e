import { z } from "zod";
import type { Fields } from "../components/kubernetes/index.ts";
import type { GitHistory, S3History } from "../components/siteHistory.ts";
import { certificate } from "./certificate.ts";

const urlRule =
  "must be a Git repository without a password: https://host/path, ssh://user@host/path, user@host:path, or an absolute path";
const branchRule = "must be the name of a branch, such as gemelos-history";
const endpointRule = "must be an https URL without path, user or password, such as https://s3.dc1.tax.example";
const bucketRule = "must be the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens";
const regionRule = "must be a region's name of letters, digits and hyphens, such as us-east-1";

/** Accepts `history` of a site's data. */
export const history = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("git"),
      url: z.string(urlRule).refine(isRepository, urlRule).exactOptional(),
      branch: z
        .string(branchRule)
        .regex(/^(?!.*(?:\.\.|\.lock(?:\/|$)|\/\.|\/$|\.$|\/\/))[A-Za-z0-9][\w./-]{0,199}$/, branchRule)
        .exactOptional(),
    } satisfies Fields<GitHistory>),
    z.strictObject({
      kind: z.literal("s3"),
      endpoint: z.string(endpointRule).refine(isEndpoint, endpointRule),
      bucket: z.string(bucketRule).regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, bucketRule),
      region: z
        .string(regionRule)
        .regex(/^[A-Za-z0-9-]{1,63}$/, regionRule)
        .exactOptional(),
      caCertificate: certificate.exactOptional(),
    } satisfies Fields<S3History>),
  ],
  {
    error: ({ code }) =>
      code === "invalid_union" ? 'must be "git" or "s3"' : 'must be a map with kind: "git" or "s3"',
  },
);

function isRepository(text: string): boolean {
  if (/^(?:https|ssh|file):\/\//.test(text)) {
    const url = URL.parse(text);
    return (
      url !== null && url.password === "" && (url.protocol === "ssh:" || url.username === "") && url.pathname !== "/"
    );
  }
  // As Git reads user@host:path and paths; what begins with a hyphen would be an option.
  return /^[\w.-]+@[\w.-]+:[^\s:][^\s]*$/.test(text) || /^\/[^\s]+$/.test(text);
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  return url.pathname === "/" && url.search === "" && url.hash === "" && url.hostname !== "";
}
