import type { SiteDns } from "../siteData.ts";

/** Name and namespace of a service, which its Service and its service account have too. */
interface Named {
  readonly name: string;
  readonly namespace: string;
}

/** The domain of the cluster's names: the site's, or that of kubeadm and Kubespray. */
export function clusterDomain({ network }: { readonly network?: { readonly dns?: SiteDns } }): string {
  return network?.dns?.domain ?? "cluster.local";
}

/** The full name of a service in its cluster, `<name>.<namespace>.svc.<domain>`: one that no search domain completes. */
export function fullServiceName({ name, namespace }: Named, domain: string): string {
  return `${name}.${namespace}.svc.${domain}`;
}

/** Where other services of the site reach a port of a service: `http://<full name>:<port>`, or `https` where it speaks TLS. */
export function serviceUrl(service: Named & { readonly tls: boolean }, port: number, domain: string): string {
  return `${service.tls ? "https" : "http"}://${fullServiceName(service, domain)}:${port}`;
}

/** What gRPC clients name: `<full name>:<port>`. */
export function grpcTarget(service: Named, port: number, domain: string): string {
  return `${fullServiceName(service, domain)}:${port}`;
}
