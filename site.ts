import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { formatPath, type Problem, ProblemsError } from "./components/internal/problems.ts";
import {
  byteQuantity,
  cpuQuantity,
  dnsLabel,
  dnsName,
  line,
  port,
  problemsOf,
  release,
} from "./components/internal/schema.ts";

const ipAddressRule = "must be an IP address, such as 10.1.0.11";
const ipAddress = z.string(ipAddressRule).refine((text) => isIP(text) !== 0, ipAddressRule);

const cidrRule = "must be a CIDR, such as 10.1.20.0/24 or 10.1.20.7/32";
const cidr = z
  .string(cidrRule)
  .refine(isCidr, cidrRule)
  .refine(
    (text) => !isCidr(text) || hostBitsAreZero(text),
    "has bits set behind its prefix length; write the network's first address, or /32 for one host",
  );

const labels = z.record(
  z
    .string()
    .regex(
      /^([a-z0-9.-]+\/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/,
      "must be a label's key, such as app.kubernetes.io/name",
    ),
  z
    .string()
    .regex(
      /^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/,
      "must be a label's value: at most 63 letters, digits, - _ .",
    ),
);

const controller = z.strictObject({
  /** Namespace of the pods that carry traffic from outside. */
  namespace: dnsLabel,
  /** Labels of those pods; network rules admit them and nobody else. */
  podLabels: labels.refine(
    (value) => Object.keys(value).length > 0,
    "must name at least one label: an empty selector would admit every pod",
  ),
});

const exposure = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("ingress"),
      /** `spec.ingressClassName` of every Ingress. */ ingressClassName: dnsName,
      controller,
    }),
    z.strictObject({
      kind: z.literal("gateway"),
      /** The Gateway to which every HTTPRoute attaches. */
      gateway: z.strictObject({ namespace: dnsLabel, name: dnsLabel, sectionName: dnsLabel.exactOptional() }),
      controller,
    }),
  ],
  {
    error: ({ code }) =>
      code === "invalid_union" ? 'must be "ingress" or "gateway"' : 'must be a map with kind: "ingress" or "gateway"',
  },
);

const endpoint = z.strictObject({
  /** DNS name at which services connect. */
  host: dnsName,
  /** TCP port. */
  port,
  /** Addresses behind the name, which network rules open. */
  cidrs: z.array(cidr).min(1, "must list at least one CIDR: without it the network rules open nothing"),
});

const clusterIdentityRule =
  "must be a UID in lower case: kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'";

const certificateRule = "must be a whole certificate in PEM form (-----BEGIN CERTIFICATE-----)";

const registryRule =
  "must be a registry's host with an optional port, without scheme or path, such as registry.dc1.tax.example:5000";

const vaultAddressRule =
  "must be an https URL with a full host name or an IP address, without user or password, such as https://vault.dc1.tax.example:8200";

const apiServerRule =
  "must be an https URL without path, user or password, such as https://kubernetes.dc1.tax.example:6443";

const auditLogRule = "must be stdout or a file's absolute path, such as /var/log/vault/audit.log";

const node = z.strictObject({
  name: dnsName,
  address: ipAddress,
  role: z.enum(["control-plane", "worker"]),
  /** Allocatable CPU, memory and disk. */
  cpu: cpuQuantity,
  memory: byteQuantity,
  disk: byteQuantity,
});

const siteSchema = z
  .strictObject({
    /** The site's name, the same as its stack's. */
    name: dnsLabel,
    /** The name of the other site. */
    peer: dnsLabel,
    /** Whom to ask about the site. */
    contact: line,
    kubernetes: z.strictObject({
      /** Context of the operator's kubeconfig by which this stack, and no other, reaches the cluster. */
      context: line,
      /** UID of the cluster's `kube-system` namespace. */
      clusterIdentity: z.uuid(clusterIdentityRule).regex(/^[^A-Z]*$/, clusterIdentityRule),
      /** URL of the API server, as the site's Vault reaches it. */
      address: z.string(apiServerRule).refine(isApiServerAddress, apiServerRule),
      /** The certificate (PEM) of the authority that signed the API server's own. */
      caCertificate: z.string(certificateRule).refine(isCertificate, certificateRule),
      /** How the API server encrypts Secrets in etcd. */
      encryptionAtRest: z.enum(["kms", "aescbc", "none"]),
    }),
    vault: z.strictObject({
      /** URL of the site's Vault. */
      address: z.string(vaultAddressRule).refine(isVaultAddress, vaultAddressRule),
      /** Path of the Kubernetes auth mount for this cluster. */
      authMount: dnsLabel,
      /** The certificate (PEM) of the authority that signed Vault's own. */
      caCertificate: z.string(certificateRule).refine(isCertificate, certificateRule),
      /** Addresses behind the URL, which network rules open to services that read their secrets from files. */
      cidrs: z.array(cidr).min(1, "must list at least one CIDR: without it no service reaches Vault"),
      /** Where Vault logs each request: a file on its own machine, or `stdout`. */
      auditLog: z.string(auditLogRule).regex(/^(stdout|\/[^\s]+)$/, auditLogRule),
    }),
    /** Registry from which the nodes pull: host, with a port if it is not 443. */
    registry: z
      .string(registryRule)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/, registryRule)
      .refine((host) => Number(host.split(":")[1] ?? 443) <= 65535, registryRule),
    /** Domains under which services are exposed. */
    domains: z.strictObject({ public: dnsName, internal: dnsName }),
    exposure,
    /** External endpoints by name. */
    endpoints: z.record(dnsLabel, endpoint),
    /** The inventory: what capacity is planned with. */
    nodes: z.array(node).min(1, "must list at least one node"),
  })
  .superRefine(peerIsAnother)
  .superRefine(nodesAreDistinct);

const releasesSchema = z.record(dnsLabel, release);

/** A site: its data, its releases, and the file that they come from. */
export interface Site extends z.infer<typeof siteSchema> {
  /** `Pulumi.<stack>.yaml` */
  readonly file: string;
  /** Service -> `tag@sha256:...`. */
  readonly releases: Readonly<Record<string, string>>;
}

/**
 * Reads `gemelos:site` and `gemelos:releases` of the current stack's configuration.
 * @throws ProblemsError with every problem of the file.
 */
export function readSite(): Site {
  const config = new pulumi.Config("gemelos");
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  const problems: Problem[] = [];
  const read = <Value>(key: string, schema: z.ZodType<Value>): Value | undefined => {
    const path = `gemelos:${key}`;
    const text = config.get(key);
    if (text === undefined || text === "") {
      problems.push({ file, path, message: "is missing; add it, see the README's 'Describe a site'" });
      return undefined;
    }
    const data = parseJson(text);
    const result = schema.safeParse(data);
    if (result.success) return result.data;
    problems.push(...problemsOf(result.error, data, file, path));
    return undefined;
  };
  const site = read("site", siteSchema);
  const releases = read("releases", releasesSchema);
  if (site === undefined || releases === undefined || problems.length > 0) throw new ProblemsError(problems);
  return { ...site, file, releases };
}

/** Pulumi hands structured configuration over as JSON; anything else is a plain string, which the schema refuses. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function peerIsAnother(site: { name: string; peer: string }, context: z.RefinementCtx): void {
  if (site.name === site.peer) {
    context.addIssue({ code: "custom", path: ["peer"], message: "is the site itself; name the other site" });
  }
}

function nodesAreDistinct(
  site: { nodes: readonly { name: string; address: string; role: string }[] },
  context: z.RefinementCtx,
): void {
  for (const field of ["name", "address"] as const) {
    const first = new Map<string, number>();
    for (const [index, { [field]: value }] of site.nodes.entries()) {
      const earlier = first.get(value);
      if (earlier === undefined) {
        first.set(value, index);
        continue;
      }
      context.addIssue({
        code: "custom",
        path: ["nodes", index, field],
        message: `stands at ${formatPath(["nodes", earlier])} too; every node has its own`,
      });
    }
  }
  if (site.nodes.length > 0 && !site.nodes.some(({ role }) => role === "worker")) {
    context.addIssue({
      code: "custom",
      path: ["nodes"],
      message: 'has no node with role "worker", so no service could run; add one',
    });
  }
}

function isCidr(text: string): boolean {
  const [address = "", length, ...rest] = text.split("/");
  const family = isIP(address);
  return (
    family !== 0 &&
    rest.length === 0 &&
    length !== undefined &&
    /^\d{1,3}$/.test(length) &&
    Number(length) <= (family === 4 ? 32 : 128)
  );
}

/** Checked for IPv4, where a slip of the pen is likely and the arithmetic is short. */
function hostBitsAreZero(text: string): boolean {
  const [address = "", length = "32"] = text.split("/");
  if (isIP(address) !== 4) return true;
  const bits = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return bits % 2 ** (32 - Number(length)) === 0;
}

function isVaultAddress(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.username === "" && url.password === "" && isFullHost(url.hostname);
}

/** A name that means the same wherever it is asked for, or an address. */
function isFullHost(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, "")) !== 0 || z.regexes.domain.test(hostname);
}

function isApiServerAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
  return isFullHost(url.hostname) && url.pathname === "/" && url.search === "";
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== "";
  } catch {
    return false;
  }
}
