import { isIP } from "node:net";
import { z } from "zod";
import { type CidrEntry, cidrProblem, isCidr, isMappedCidr } from "./cidr.ts";
import { type Fields, reason } from "./validators.ts";

const rule = "must be a CIDR, such as 10.1.20.0/24 or 10.1.20.7/32";

/** A CIDR without bits behind its prefix length. */
export const cidr = z
  .string(rule)
  .regex(/^[\da-fA-F.:]+\/\d{1,3}$/, rule)
  .refine(isCidr, rule)
  .refine(
    (text) => !isCidr(text) || hostBitsAreZero(text),
    "has bits set behind its prefix length; write the network's first address, or /32 for one host",
  )
  .refine((text) => !isMappedCidr(text), "is IPv4 in IPv6's form; write it as IPv4, such as 10.1.20.0/24");

/** A CIDR that needs a reason, with it. */
export const explainedCidr = z.strictObject({ cidr, reason } satisfies Fields<Exclude<CidrEntry, string>>, rule);

/** A CIDR of site data. One that is everybody's or nobody's needs a reason: see `cidrProblem`. */
export const cidrEntry = entry(cidrProblem);

/** A CIDR of site data that may be as wide as it is, and has a reason where another site has it too. */
export const sharedCidr = entry(() => undefined);

/** A CIDR, or one with its reason; `problem` says why one without is refused. */
function entry(problem: (cidr: string) => string | undefined) {
  return z
    .custom<CidrEntry>(() => true)
    .superRefine((stated, context) => {
      const result = typeof stated === "string" ? cidr.safeParse(stated) : explainedCidr.safeParse(stated);
      for (const issue of result.error?.issues ?? []) context.addIssue({ ...issue, path: [...issue.path] });
      if (typeof stated !== "string" || !result.success) return;
      const found = problem(stated);
      if (found !== undefined) context.addIssue({ code: "custom", message: `${found}; ${narrower}` });
    });
}

/** What to do about a CIDR that is refused. */
export const narrower = "write the addresses behind the host, or { cidr, reason } where it must be so";

/** Checked only for IPv4, where typos are likely and the arithmetic is short. */
function hostBitsAreZero(text: string): boolean {
  const [address = "", length = "32"] = text.split("/");
  if (isIP(address) !== 4) return true;
  const bits = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return bits % 2 ** (32 - Number(length)) === 0;
}
