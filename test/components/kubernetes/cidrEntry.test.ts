import { expect, test } from "vitest";
import { z } from "zod";
import { cidrEntry } from "../../../components/kubernetes/cidrEntry.ts";
import { diagnosticsOf } from "../../../components/kubernetes/validators.ts";

/** What a site's owner is told of one entry. */
function said(entry: unknown): string[] {
  const input = [entry];
  const { error } = z.array(cidrEntry).safeParse(input);
  return error === undefined
    ? []
    : diagnosticsOf(error, input, "f", "cidrs").map(({ path, message }) => `${path} ${message}`);
}

const reason = "The provider changes its addresses without notice";

test("a CIDR, alone or with a reason", () => {
  expect(said("10.1.20.0/24")).toEqual([]);
  expect(said({ cidr: "10.1.20.0/24", reason })).toEqual([]);
});

test("one that is everybody's needs its reason", () => {
  expect(said("0.0.0.0/0")).toEqual([
    'cidrs[0] "0.0.0.0/0" is every address there is; write the addresses behind the host, or { cidr, reason } where it must be so',
  ]);
  expect(said({ cidr: "0.0.0.0/0", reason })).toEqual([]);
});

test.each<[unknown, RegExp]>([
  [{ cidr: "0.0.0.0/0", reason: "   short   " }, /^cidrs\[0\]\.reason .*at least 10 characters/],
  [{ cidr: "0.0.0.0/0" }, /^cidrs\[0\]\.reason is missing/],
  [{ cidr: "10.1.2.3", reason }, /^cidrs\[0\]\.cidr "10\.1\.2\.3" must be a CIDR/],
  [{ cidr: "10.1.2.0/24", reason, why: "x" }, /^cidrs\[0\]\.why unknown key/],
  ["::ffff:10.0.0.0/104", /is IPv4 in IPv6's form; write it as IPv4/],
  ["fe80::1%eth0/128", /must be a CIDR/],
  [7, /^cidrs\[0\] 7 must be a CIDR/],
  [null, /^cidrs\[0\] null must be a CIDR/],
])("%j is refused", (entry, says) => {
  expect(said(entry)).toEqual([expect.stringMatching(says)]);
});
