/** Names of objects that the site has in every namespace, and that a service of the same name would take over. */
const reserved: Readonly<Record<string, string>> = {
  default: "Kubernetes' own ServiceAccount",
  "default-deny": "the NetworkPolicy that closes a namespace",
  "allow-dns": "the NetworkPolicy that opens DNS",
  "registry-credentials": "the ServiceAccount that reads the registry's credentials",
};

/** Whose object a service of this name would take over; undefined where nobody's. */
export function ownerOfName(name: string): string | undefined {
  return Object.hasOwn(reserved, name) ? reserved[name] : undefined;
}
