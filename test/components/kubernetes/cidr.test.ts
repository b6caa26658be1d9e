import { expect, test } from "vitest";
import { cidrProblem, isMappedCidr, overlap } from "../../../components/kubernetes/cidr.ts";

test.each([
  ["0.0.0.0/0", /every address/],
  ["::/0", /every address/],
  ["0.0.0.0/1", /whole network/],
  ["10.0.0.0/8", /whole network of 16777216/],
  ["10.128.0.0/9", /whole network/],
  ["172.16.0.0/12", /whole network/],
  ["192.168.0.0/16", /whole network of 65536/],
  ["52.0.0.0/11", /whole network/],
  ["fd00::/8", /whole network/],
  ["2001:db8::/32", /whole network/],
  ["169.254.169.254/32", /metadata/],
  ["169.254.0.0/16", /metadata/],
  ["127.0.0.1/32", /loopback/],
  ["0.0.0.0/32", /nobody/],
  ["224.0.0.251/32", /multicast/],
  ["255.255.255.255/32", /reserved/],
  ["::1/128", /loopback/],
  ["fe80::1/128", /link-local/],
  ["ff02::1/128", /multicast/],
  ["64:ff9b::a00:1/128", /anybody/],
])("%s is everybody's or nobody's", (cidr, says) => {
  expect(cidrProblem(cidr)).toMatch(says);
});

test.each(["10.1.30.10/32", "10.1.0.0/16", "192.168.4.0/24", "192.0.2.0/28", "100.64.0.7/32", "2001:db8::/64"])(
  "%s may be opened without a word",
  (cidr) => expect(cidrProblem(cidr)).toBeUndefined(),
);

test("two CIDRs overlap where one holds an address of the other, whatever form the addresses have", () => {
  expect(overlap("10.1.0.0/16", "10.1.3.4/32")).toBe(true);
  expect(overlap("10.1.3.4/32", "10.1.0.0/16")).toBe(true);
  expect(overlap("10.1.0.0/16", "::ffff:10.1.3.4/128")).toBe(true);
  expect(overlap("2001:db8::/48", "2001:db8:0:1::/64")).toBe(true);
  expect(overlap("10.1.0.0/16", "10.2.3.4/32")).toBe(false);
  expect(overlap("10.1.0.0/16", "no CIDR")).toBe(false);
});

test("IPv4 in IPv6's form is known", () => {
  expect(isMappedCidr("::ffff:10.0.0.0/104")).toBe(true);
  expect(isMappedCidr("2001:db8::/64")).toBe(false);
  expect(isMappedCidr("10.0.0.0/24")).toBe(false);
});
