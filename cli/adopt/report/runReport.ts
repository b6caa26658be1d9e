import { formatTable } from "../../../command/table.ts";
import { visibleLine } from "../../../command/visibleText.ts";
import type { Proposal } from "../addresses/proposalList.ts";
import { formatProposals, proposalsAsJson } from "../addresses/proposals.ts";
import { formatLost, type PassedOver } from "../input/passedOver.ts";
import { type Candidate, whyNot } from "../landscape/chooseServices.ts";
import type { LeftInPlace } from "../landscape/leftInPlace.ts";
import { qualifiedName } from "../landscape/objectIndex.ts";
import { bullets } from "../writing/addService.ts";
import { type CutOverStep, formatCutOver } from "./cutOver.ts";
import { someOf } from "./nextSteps.ts";
import { formatFindings, formatLists, isLossy, listOf, listsAsJson, type ServiceReport } from "./report.ts";
import { formatStatements, statementsOf } from "./statements.ts";

/** What there is to say of a run. */
export interface RunReport {
  readonly candidates: readonly Candidate[];
  readonly services: readonly ServiceReport[];
  readonly left: readonly LeftInPlace[];
  readonly passedOver: readonly PassedOver[];
  /** Backing services that the sites lack, and the files that would have them. */
  readonly proposals: { readonly entries: readonly Proposal[]; readonly files: readonly string[] };
  /** About the run itself, a sentence each. */
  readonly notes: readonly string[];
  readonly written: boolean;
  readonly next: readonly string[];
  /** How the services come live. */
  readonly cutOver: readonly CutOverStep[];
}

/** How a run is shown. */
interface Form {
  /** Whether every field is shown with its value. */
  readonly details: boolean;
  /** Columns of the terminal; undefined for any width. */
  readonly width: number | undefined;
}

/**
 * The report as text: the Deployments, what became of each service's manifests, what was left. What several services have
 * in common stands once, so that the report grows with what there is to say and not with the number of services.
 */
export function formatRun(run: RunReport, { details, width }: Form): string {
  const { services, passedOver, proposals, written } = run;
  const lost = formatLost(passedOver);
  const proposed = formatProposals(proposals.entries, proposals.files);
  return [
    deploymentTable(run.candidates, width),
    ...(details ? services.map(formatDetails) : [formatStatements(statementsOf(services))]),
    ...(lost === "" ? [] : [lost]),
    ...(proposed === "" ? [] : [proposed]),
    ...bullets("Worth a look", run.notes),
    ...formatLeft(run.left),
    ...bullets("Written", written ? writtenFiles(services) : []),
    ...bullets("Next", run.next),
    ...(written ? [formatCutOver(run.cutOver)] : []),
    ...(written ? [] : [whyNothing(run)]),
  ].join("\n");
}

function deploymentTable(candidates: readonly Candidate[], width: number | undefined): string {
  const titles = ["DEPLOYMENT", "NAMESPACE", "JAVA", "TAKEN"];
  const rows = candidates.map(({ group: { deployment }, evidence, service }) => [
    deployment.name,
    visibleLine(deployment.namespace) || "-",
    visibleLine(`${evidence.verdict}: ${evidence.why}`),
    service === undefined ? "no" : service === deployment.name ? "yes" : `as ${service}`,
  ]);
  return formatTable({ titles, rows }, width);
}

function formatDetails({ name, namespace, rows, findings, notes }: ServiceReport): string {
  return [
    `${name} (namespace ${namespace})\n`,
    formatLists(rows),
    ...(findings.length === 0 ? [] : [formatFindings(findings)]),
    ...bullets("Worth a look", notes),
  ].join("\n");
}

/** An object a line, by their kinds; a reason that a whole kind shares stands beside the kind. */
function formatLeft(left: readonly LeftInPlace[]): string[] {
  if (left.length === 0) return [];
  const lines = [...Map.groupBy(left, ({ document }) => document.kind)].flatMap(([kind, objects]) => {
    const reasons = new Set(objects.map(({ reason }) => reason));
    const shared = reasons.size === 1 ? `: ${[...reasons].join("")}` : "";
    return [
      `  ${kind}${shared}`,
      ...objects.map(({ document, reason }) => `    ${qualifiedName(document)}${shared === "" ? `: ${reason}` : ""}`),
    ];
  });
  return [[`Left where it is: ${left.length}`, ...lines.map(visibleLine), ""].join("\n")];
}

function writtenFiles(services: readonly ServiceReport[]): string[] {
  const [first] = services;
  if (services.length === 1 && first !== undefined) return [...first.files];
  return services.map(({ name, files }) =>
    files.length === 1 ? `services/${name}/index.ts` : `services/${name}: index.ts and ${files.length - 1} in config`,
  );
}

function whyNothing({ services, passedOver }: RunReport): string {
  const fields = services.reduce((sum, { rows }) => sum + listOf(rows, "not carried over").length, 0);
  const open = services.reduce((sum, { findings }) => sum + findings.filter(({ isLoss }) => isLoss).length, 0);
  const unread = passedOver.filter(({ isLoss }) => isLoss).length;
  const lossy = services.filter(isLossy);
  const names = services.length === 1 ? "" : ` (${someOf(lossy.map(({ name }) => name))})`;
  const reasons = [
    fields === 1 ? "1 field is not carried over" : `${fields} fields are not carried over`,
    ...(open === 0 ? [] : [open === 1 ? "1 finding is open" : `${open} findings are open`]),
    ...(unread === 0 ? [] : [unread === 1 ? "1 file was not read" : `${unread} files were not read`]),
  ];
  const what = services.length === 1 ? "the service" : "the services";
  const last = reasons.length > 1 ? `, and ${reasons.pop()}` : "";
  return `Nothing was written: ${reasons.join(", ")}${last}${names}. Add --accept-losses to write ${what} without them.\n`;
}

/** The report for programs. */
export function runAsJson(run: RunReport): Record<string, unknown> {
  return {
    deployments: run.candidates.map((candidate) => {
      const { group, evidence, service } = candidate;
      const { deployment } = group;
      return {
        name: deployment.name,
        namespace: deployment.namespace || null,
        file: deployment.file,
        java: evidence.verdict,
        why: evidence.why,
        ...(service === undefined ? { passed: whyNot(candidate) } : { service }),
      };
    }),
    services: run.services.map(({ name, namespace, files, rows, findings, notes }) => ({
      ...{ name, namespace, files },
      ...listsAsJson(rows),
      ...{ findings, notes },
    })),
    left: run.left.map(({ document, reason }) => ({
      kind: document.kind,
      name: document.name,
      namespace: document.namespace || null,
      file: document.file,
      reason,
    })),
    notRead: run.passedOver.filter(({ isLoss }) => isLoss).map(({ file, reason }) => ({ file, reason })),
    proposedBackingServices: proposalsAsJson(run.proposals.entries),
    notes: run.notes,
    written: run.written,
    next: run.next,
    cutOver: run.cutOver,
  };
}
