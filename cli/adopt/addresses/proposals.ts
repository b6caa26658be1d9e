import { stringify } from "yaml";
import type { Proposal } from "./proposalList.ts";

/** How deep the entries stand in a stack's file. */
const indent = " ".repeat(6);

/**
 * The entries that the sites lack, to be pasted into each site's file; what only a person knows is marked. Empty where none
 * is missing.
 * @param files `Pulumi.dc1.yaml` and its like
 */
export function formatProposals(proposals: readonly Proposal[], files: readonly string[]): string {
  if (proposals.length === 0) return "";
  const entries = proposals.flatMap((proposal) => [
    `${proposal.name}:`,
    ...linesOf(proposal).map((line) => `  ${line}`),
  ]);
  return [
    `Proposed for gemelos:site.backingServices in ${files.join(" and ")}, with each site's own values`,
    ...entries.map((line) => `${indent}${line}`),
    "",
  ].join("\n");
}

function linesOf({ host, port, pods, cidrs }: Proposal): string[] {
  // A name alone is found in its own namespace only.
  const far = host.includes(".") ? "" : ` # from any namespace: ${host}.NAMESPACE.svc.cluster.local`;
  const address = [`host: ${host}${far}`, `port: ${port}`];
  if (pods === undefined) {
    const open = cidrs.length > 0 ? "" : " # the networks behind the host; or namespace and podLabels of its pods";
    return [...address, `cidrs: [${cidrs.join(", ")}]${open}`];
  }
  const { namespace, podLabels, podPort } = pods;
  return [
    ...address,
    namespace === undefined
      ? "namespace: # where its pods run, which the manifests do not say"
      : `namespace: ${namespace}`,
    ...stringify({ podLabels }).trimEnd().split("\n"),
    ...(podPort === undefined ? [] : [`podPort: ${podPort}`]),
  ];
}

/** The same for programs: name -> entry. */
export function proposalsAsJson(proposals: readonly Proposal[]): Record<string, unknown> {
  return Object.fromEntries(
    proposals.map(({ name, host, port, cidrs, pods }) => {
      if (pods === undefined) return [name, { host, port, cidrs }];
      const { namespace = null, podLabels, podPort } = pods;
      return [name, { host, port, namespace, podLabels, ...(podPort === undefined ? {} : { podPort }) }];
    }),
  );
}
