import { isIP } from "node:net";
import type { z } from "zod";
import {
  type CidrEntry,
  cidrOf,
  cidrProblem,
  hostCidr,
  joinedCidrs,
  narrower,
  overlap,
} from "../components/kubernetes/index.ts";
import type { SiteData } from "../components/siteData.ts";
import { monitoringCidrs } from "./network.ts";

/** Reports a problem at a field of the site's data. */
type Issue = (path: readonly (string | number)[], message: string) => void;

/**
 * Holds what services may reach against the platform's own parts: the API server and Vault, which are no backing services, the
 * pod itself, and lists of networks that are narrow one by one and wide together. An entry with its reason stands.
 */
export function platformIsApart(site: SiteData, context: z.RefinementCtx): void {
  const issue: Issue = (path, message) => context.addIssue({ code: "custom", path: [...path], message });
  const { vault, backingServices, exposure } = site;
  togetherNarrow(["vault", "cidrs"], vault.cidrs, issue);
  togetherNarrow(["exposure", "controller", "cidrs"], exposure.controller.cidrs ?? [], issue);
  for (const { path, cidrs } of monitoringCidrs(site.monitoring)) togetherNarrow(path, cidrs, issue);
  const vaultPort = Number(URL.parse(vault.address)?.port || 443);
  for (const [name, { host, port, cidrs = [] }] of Object.entries(backingServices)) {
    const path = ["backingServices", name];
    const problem = hostProblem(host, site);
    if (problem !== undefined) issue([...path, "host"], problem);
    togetherNarrow([...path, "cidrs"], cidrs, issue);
    for (const [index, entry] of cidrs.entries()) {
      if (typeof entry !== "string" || cidrProblem(entry) !== undefined) continue;
      const apiServer = hostOf(site.kubernetes.address);
      if (isIP(apiServer) !== 0 && overlap(entry, hostCidr(apiServer))) {
        issue([...path, "cidrs", index], `holds the API server (kubernetes.address); ${narrower}`);
      }
      if (port === vaultPort && vault.cidrs.some((each) => overlap(entry, cidrOf(each)))) {
        issue(
          [...path, "cidrs", index],
          `holds the site's Vault (vault.cidrs), which services reach by their secrets alone; ${narrower}`,
        );
      }
    }
  }
}

/** What is wrong with the name of a backing service; undefined where nothing is. */
function hostProblem(host: string, { kubernetes }: SiteData): string | undefined {
  if (/(^|\.)localhost$/.test(host)) return "is the pod itself; write the name of the machine or the Service";
  if (host === hostOf(kubernetes.address) || /^kubernetes\.default(\.svc(\..+)?)?$/.test(host)) {
    return "is the API server, which no service may reach; remove the backing service";
  }
  const problem = isIP(host) === 0 ? undefined : cidrProblem(hostCidr(host));
  return problem === undefined ? undefined : `${problem}; write the name of the machine or the Service`;
}

/** Two halves of a network are the network. */
function togetherNarrow(path: readonly string[], entries: readonly CidrEntry[], issue: Issue): void {
  const plain = entries.filter((entry) => typeof entry === "string");
  if (plain.some((cidr) => cidrProblem(cidr) !== undefined)) return;
  for (const whole of joinedCidrs(plain)) {
    const problem = cidrProblem(whole);
    if (problem !== undefined) issue(path, `are together ${whole}, which ${problem}; ${narrower}`);
  }
}

function hostOf(address: string): string {
  return (URL.parse(address)?.hostname ?? "").replace(/^\[|\]$/g, "");
}
