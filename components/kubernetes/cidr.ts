import { BlockList, isIP } from "node:net";

/** A CIDR as a site states it: plain, or with the reason for which it may be one that is refused otherwise. */
export type CidrEntry =
  | string
  | {
      /**
       * The CIDR.
       * @example 198.18.0.0/15
       */
      readonly cidr: string;
      /**
       * Why it is opened although it is wide or special; at least 10 characters.
       * @example The provider changes its addresses without notice
       */
      readonly reason: string;
    };

/** The CIDR of an entry. */
export function cidrOf(entry: CidrEntry): string {
  return typeof entry === "string" ? entry : entry.cidr;
}

/** Whether a text is an IPv4 or IPv6 address with a prefix length. */
export function isCidr(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  const family = isIP(address);
  return (
    family !== 0 &&
    !address.includes("%") &&
    rest.length === 0 &&
    /^\d{1,3}$/.test(length) &&
    Number(length) <= (family === 4 ? 32 : 128)
  );
}

/** The CIDR that holds an address and no other. */
export function hostCidr(address: string): string {
  return `${address}/${isIP(address) === 4 ? 32 : 128}`;
}

/** Whether two CIDRs have an address in common. False where one of them is no CIDR. */
export function overlap(first: string, second: string): boolean {
  return contains(first, second) || contains(second, first);
}

/** Whether a CIDR holds the first address of another one; both families' spellings of an IPv4 address are the same. */
function contains(outer: string, inner: string): boolean {
  if (!isCidr(outer) || !isCidr(inner)) return false;
  const list = new BlockList();
  const [network = "", length] = outer.split("/");
  const [address = ""] = inner.split("/");
  list.addSubnet(network, Number(length), family(network));
  return list.check(address, family(address));
}

/** The networks that CIDRs of IPv4 make together: two halves are the whole, and other CIDRs stay as they are. */
export function joinedCidrs(cidrs: readonly string[]): string[] {
  const blocks = new Map(cidrs.filter((cidr) => isCidr(cidr) && isIP(cidr.split("/")[0] ?? "") === 4).map(toBlock));
  for (let length = 32; length > 0; length -= 1) {
    const size = 2 ** (32 - length);
    for (const [key, [first, own]] of [...blocks]) {
      const isLower = first % (2 * size) === 0;
      const other = `${isLower ? first + size : first - size}/${length}`;
      if (own !== length || !blocks.has(key) || !blocks.has(other)) continue;
      blocks.delete(key);
      blocks.delete(other);
      const lower = isLower ? first : first - size;
      blocks.set(`${lower}/${length - 1}`, [lower, length - 1]);
    }
  }
  return [...blocks.values()].map(([first, length]) => `${dotted(first)}/${length}`);
}

/** An IPv4 CIDR as its first address and the length of its prefix, with a key. */
function toBlock(cidr: string): [key: string, block: readonly [first: number, length: number]] {
  const [address = "", length = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return [`${first}/${Number(length)}`, [first, Number(length)]];
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}

function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 4 ? "ipv4" : "ipv6";
}

/** Ranges in which no service of an administration listens (IANA's registries of special-purpose addresses). */
const special: readonly (readonly [cidr: string, what: string])[] = [
  ["0.0.0.0/8", "is nobody's address"],
  ["127.0.0.0/8", "is loopback, the pod itself"],
  ["169.254.0.0/16", "is link-local, where a machine's metadata service answers"],
  ["224.0.0.0/4", "is multicast"],
  ["240.0.0.0/4", "is reserved"],
  ["::/96", "is loopback or nobody's address"],
  ["64:ff9b::/96", "is IPv4 translated, and so anybody's address"],
  ["2002::/16", "is IPv4 tunnelled, and so anybody's address"],
  ["fe80::/10", "is link-local"],
  ["fec0::/10", "is of a withdrawn range"],
  ["ff00::/8", "is multicast"],
];

/** The longest prefixes that are too wide: 131072 IPv4 addresses, and the whole network of an IPv6 site (RFC 6177). */
const tooWide = { ipv4: 15, ipv6: 48 };

/**
 * Says of a CIDR that it is everybody's or nobody's: too wide, a whole private range, or of a range in which no service
 * listens. Undefined where a network rule may open it without a reason.
 */
export function cidrProblem(cidr: string): string | undefined {
  const [address = "", length = ""] = cidr.split("/");
  if (Number(length) === 0) return "is every address there is";
  if (Number(length) <= tooWide[family(address)] || (contains(cidr, "192.168.0.0/16") && Number(length) <= 16)) {
    return `is a whole network of ${isIP(address) === 4 ? 2 ** (32 - Number(length)) : `2^${128 - Number(length)}`} addresses`;
  }
  return special.find(([range]) => overlap(range, cidr))?.[1];
}

/** Whether a CIDR writes IPv4 addresses in IPv6's form, which network plugins read differently. */
export function isMappedCidr(cidr: string): boolean {
  const [address = ""] = cidr.split("/");
  return isIP(address) === 6 && contains("::ffff:0:0/96", `${address}/128`);
}
