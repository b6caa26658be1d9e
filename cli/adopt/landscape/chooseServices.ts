import { microserviceSchema } from "../../../components/description/index.ts";
import { type Diagnostic, formatValue, ValidationError } from "../../../components/diagnostic.ts";
import { entriesAt } from "../../../components/kubernetes/index.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { type JavaEvidence, javaEvidence } from "./javaEvidence.ts";
import type { DocumentGroup } from "./landscape.ts";
import { qualifiedName } from "./objectIndex.ts";

/** A Deployment of the run, and what becomes of it. */
export interface Candidate {
  readonly group: DocumentGroup;
  readonly evidence: JavaEvidence;
  /** Name of the service that it becomes; undefined where it is not taken in. */
  readonly service: string | undefined;
}

/** The most names that a message lists. */
const shownNames = 10;

/**
 * Decides which Deployments are taken in, and under which names: all that may be Java, or those that a person names.
 * @param wanted `orders`, `shop/orders`, or `orders-eu=eu/orders` for a service of another name; undefined for all
 * @param occupied names of services that are there already
 * @throws ValidationError with every problem of the choice.
 */
export function chooseServices(
  groups: readonly DocumentGroup[],
  wanted: readonly string[] | undefined,
  occupied: ReadonlySet<string>,
): Candidate[] {
  const evidence = new Map(groups.map((group) => [group, javaEvidence(group.deployment.object, keysOf(group))]));
  const problems: Diagnostic[] = [];
  const names =
    wanted === undefined
      ? new Map(
          groups
            .filter((group) => evidence.get(group)?.verdict !== "no")
            .map((group) => [group, group.deployment.name]),
        )
      : namedOnes(groups, wanted, problems);
  if (names.size === 0 && problems.length === 0) problems.push(...nothingToTake(groups, evidence));
  problems.push(...nameProblems(names, occupied));
  if (problems.length > 0) throw new ValidationError(problems);
  return groups.map((group) => ({
    group,
    evidence: evidence.get(group) ?? { verdict: "no", why: "" },
    service: names.get(group),
  }));
}

function keysOf({ documents }: DocumentGroup): string[] {
  return documents
    .filter(({ kind }) => kind === "ConfigMap" || kind === "Secret")
    .flatMap(({ object }) => ["data", "stringData"].flatMap((field) => entriesAt(object, field).map(([key]) => key)));
}

/** Finds what `--service` names. */
function namedOnes(
  groups: readonly DocumentGroup[],
  wanted: readonly string[],
  problems: Diagnostic[],
): Map<DocumentGroup, string> {
  const byName = new Map<string, DocumentGroup[]>();
  const add = (name: string, group: DocumentGroup) => byName.set(name, [...(byName.get(name) ?? []), group]);
  for (const group of groups) {
    add(group.deployment.name, group);
    if (group.deployment.namespace !== "") add(qualifiedName(group.deployment), group);
  }
  const names = new Map<DocumentGroup, string>();
  const fail = (message: string) => problems.push({ file: "--service", path: "", message });
  for (const text of wanted) {
    const [own, target = own ?? ""] = text.split("=", 2);
    const [group, other] = byName.get(target) ?? [];
    if (group === undefined)
      fail(`no Deployment ${formatValue(target)} is among the manifests; they have ${listed(groups)}`);
    else if (other !== undefined) {
      const both = (byName.get(target) ?? []).map(({ deployment }) => qualifiedName(deployment));
      fail(`${formatValue(target)} is the name of ${both.length} Deployments; write ${some(both).join(" or ")}`);
    } else if (names.has(group)) fail(`${formatValue(target)} is named twice; name each Deployment once`);
    else names.set(group, text.includes("=") ? (own ?? "") : group.deployment.name);
  }
  return names;
}

function nothingToTake(
  groups: readonly DocumentGroup[],
  evidence: ReadonlyMap<DocumentGroup, JavaEvidence>,
): Diagnostic[] {
  if (groups.length === 0) {
    const message = "there is no Deployment among them; give the file that has the service's Deployment too";
    return [{ file: "the manifests", path: "", message }];
  }
  const told = groups.slice(0, shownNames).map((group) => {
    const name = qualifiedName(group.deployment);
    return group.deployment.problem(
      ["metadata", "name"],
      `is not taken for Java (${evidence.get(group)?.why}), and nothing else is; where it is, say --service ${name}`,
    );
  });
  const more = groups.length - told.length;
  const message = `${more} more Deployments are not taken for Java`;
  return more === 0 ? told : [...told, { file: "the manifests", path: "", message }];
}

/** Names that this project does not allow, has already, or would give to two. */
function nameProblems(names: ReadonlyMap<DocumentGroup, string>, occupied: ReadonlySet<string>): Diagnostic[] {
  const sameName = Map.groupBy(names, ([, name]) => name);
  return [...names].flatMap(([{ deployment }, name]) => {
    const problem = (message: string) => [deployment.problem(["metadata", "name"], message)];
    const rename = `give the service another name: --service NAME=${qualifiedName(deployment)}`;
    const result = microserviceSchema.shape.name.safeParse(name);
    if (!result.success) {
      return problem(`${formatValue(name)} ${result.error.issues[0]?.message ?? "is not allowed"}; ${rename}`);
    }
    if (occupied.has(name)) {
      return problem(`services/${name} already exists and will not be overwritten; leave it out, or ${rename}`);
    }
    const others = (sameName.get(name) ?? []).filter(([group]) => group.deployment !== deployment);
    if (others.length === 0) return [];
    const places = some(others.map(([group]) => qualifiedName(group.deployment))).join(", ");
    return problem(
      `${formatValue(name)} would be the service of ${places} too; choose one, --service ${qualifiedName(deployment)}, or ${rename}`,
    );
  });
}

function listed(groups: readonly DocumentGroup[]): string {
  return some(groups.map(({ deployment }) => qualifiedName(deployment))).join(", ") || "none";
}

/** The first names, and how many more there are. */
function some(names: readonly string[]): string[] {
  const more = names.length - shownNames;
  return more <= 0 ? [...names] : [...names.slice(0, shownNames), `${more} more`];
}

/** Why a Deployment is not taken in. */
export function whyNot({ evidence }: Candidate): string {
  return evidence.verdict === "no" ? `it is not taken for Java (${evidence.why})` : "--service does not name it";
}

/** Deployments that a person has chosen although they do not look like Java, a note for each. */
export function overruledNotes(candidates: readonly Candidate[]): string[] {
  return candidates.flatMap(({ group, evidence, service }) =>
    service !== undefined && evidence.verdict === "no"
      ? [
          `${qualifiedName(group.deployment)} does not look like Java (${evidence.why}); --service takes it in all the same`,
        ]
      : [],
  );
}

/** A Deployment and why it stays where it is. */
export function passedOver(candidates: readonly Candidate[]): ReadonlyMap<ManifestDocument, string> {
  const passed = candidates.filter(({ service }) => service === undefined);
  return new Map(passed.map((candidate) => [candidate.group.deployment, whyNot(candidate)]));
}
