import { fullServiceName } from "../description/index.ts";
import type { PodSpec } from "../kubernetes/index.ts";

/**
 * With how many dots a name is looked up as it is, before it is tried with search domains. Names of services have as many,
 * so one lookup answers; Kubernetes' own 5 would try each search domain first. Names with fewer dots, such as `db`, `db.other`
 * and `pod.service.namespace.svc`, are completed as ever. Fewer dots than four would break these for images with musl, whose
 * resolver never completes a name that has enough dots. A dot behind the name would do it too, but would be part of the Host
 * header and of the name that TLS verifies.
 * @param domain the domain of the cluster's names
 */
export function dnsConfig(domain: string): NonNullable<PodSpec["dnsConfig"]> {
  const dots = fullServiceName({ name: "name", namespace: "namespace" }, domain).split(".").length - 1;
  return { options: [{ name: "ndots", value: String(Math.min(dots, 4)) }] };
}
