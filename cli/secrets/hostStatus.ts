import { RemoteError } from "../../command/errors.ts";
import { checkClusterUid, loadContext } from "../../command/kubeconfig.ts";
import { compareText } from "../../components/diagnostic.ts";
import type { Site } from "../../components/siteData.ts";
import { hostPath, hostValidityDays } from "../../components/vault/index.ts";
import type { ExposedHost } from "../../components/workload/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";
import { readVersion } from "./versions.ts";

/** The certificate of an exposed host as it is found, without reading it or its key. */
export interface HostStatus {
  readonly host: string;
  readonly source: ExposedHost["certificate"]["source"];
  readonly services: readonly string[];
  /** Where its Secret is needed. */
  readonly namespaces: readonly string[];
  /** Whether there is one; undefined if nobody here can know. */
  readonly present: boolean | undefined;
  /** When it expires, in ISO 8601; of several, the first. Undefined if that is not known. */
  readonly expires: string | undefined;
}

/** The hosts of a site, and why something is not known of them. */
export interface HostReport {
  readonly hosts: readonly HostStatus[];
  readonly unknown: readonly string[];
}

/**
 * Finds out of each host whether it has a certificate and when that expires: of what operators put, from Vault's metadata;
 * of what is issued, from the objects in the cluster that have it renewed. A cluster that cannot be asked is no error.
 */
export async function readHosts(site: Site, hosts: readonly ExposedHost[], vault: VaultClient): Promise<HostReport> {
  const inCluster = hosts.filter(({ certificate }) => Object.hasOwn(renewers, certificate.source));
  const cluster = inCluster.length === 0 ? undefined : await openCluster(site);
  const unknown = typeof cluster === "string" ? [`${inCluster.map(({ host }) => host).join(", ")}: ${cluster}`] : [];
  const found = await Promise.all(
    hosts.map(async (host): Promise<HostStatus> => {
      const { certificate, services, namespaces } = host;
      const common = { host: host.host, source: certificate.source, services, namespaces };
      if (certificate.source === "supplied") return { ...common, ...(await readPair(host.host, vault)) };
      if (certificate.source === "controller" || cluster === undefined || typeof cluster === "string") {
        return { ...common, ...notKnown };
      }
      try {
        return { ...common, ...(await readRenewed(host, renewers[certificate.source], cluster)) };
      } catch (error) {
        unknown.push(`${host.host}: ${unreadable(site, error)}`);
        return { ...common, ...notKnown };
      }
    }),
  );
  return { hosts: found, unknown: unknown.sort(compareText) };
}

const notKnown = { present: undefined, expires: undefined };

type Found = Pick<HostStatus, "present" | "expires">;

async function readPair(host: string, vault: VaultClient): Promise<Found> {
  const { newest, present, custom } = await readVersion(vault, hostPath(host));
  // What was written by other means has another version's date beside it, or none.
  const known = present && at(custom, "version") === String(newest);
  return { present, expires: known ? String(at(custom, "expires")) : undefined };
}

/** An object that has a certificate renewed. */
interface Renewer {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** When the certificate expires, by the object's status. */
  readonly expires: (status: unknown) => Date;
}

const dayLength = 24 * 3600 * 1000;

const renewers: Readonly<Record<"issued" | "cert-manager", Renewer>> = {
  issued: {
    ...{ group: "external-secrets.io", version: "v1", plural: "externalsecrets" },
    expires: (status) => new Date(Date.parse(String(at(status, "refreshTime"))) + hostValidityDays * dayLength),
  },
  "cert-manager": {
    ...{ group: "cert-manager.io", version: "v1", plural: "certificates" },
    expires: (status) => new Date(String(at(status, "notAfter"))),
  },
};

/** Reads an object's status; undefined if there is no such object. */
type Cluster = (renewer: Renewer, namespace: string, name: string) => Promise<unknown>;

async function openCluster(site: Site): Promise<Cluster | string> {
  const { KubeConfig, CoreV1Api, CustomObjectsApi } = await import("@kubernetes/client-node");
  try {
    const config = loadContext(new KubeConfig(), site);
    const system = await config.makeApiClient(CoreV1Api).readNamespace({ name: "kube-system" });
    checkClusterUid(site, system.metadata?.uid);
    const objects = config.makeApiClient(CustomObjectsApi);
    return async ({ group, version, plural }, namespace, name) => {
      try {
        const where = { group, version, plural, namespace, name };
        return at(await objects.getNamespacedCustomObject(where), "status");
      } catch (error) {
        if (at(error, "code") === 404) return undefined;
        throw error;
      }
    };
  } catch (error) {
    return error instanceof RemoteError ? error.message : unreadable(site, error);
  }
}

async function readRenewed({ host, namespaces }: ExposedHost, renewer: Renewer, cluster: Cluster): Promise<Found> {
  const states = await Promise.all(namespaces.map((namespace) => cluster(renewer, namespace, host)));
  const dates = states.map((status) => renewer.expires(status).getTime());
  const present = dates.every((date) => !Number.isNaN(date));
  return { present, expires: present ? new Date(Math.min(...dates)).toISOString() : undefined };
}

function unreadable({ kubernetes: { context } }: Site, error: unknown): string {
  const code = at(error, "code");
  if (code === 401 || code === 403) {
    return `permission denied for context ${context}; use one that may read externalsecrets and certificates`;
  }
  const reason = at(error, "cause", "code") ?? code ?? (error instanceof Error ? error.message : String(error));
  return `the cluster of context ${context} cannot be asked (${String(reason)})`;
}
