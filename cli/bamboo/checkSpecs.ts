import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../../command/errors.ts";
import { type Diagnostic, ValidationError } from "../../components/diagnostic.ts";
import { readSettings } from "../../delivery/settings.ts";
import { listSites } from "../../recorder/stackFile.ts";
import { checkDeployment, checkPermissions, isCalendars } from "./deploymentRules.ts";
import { checkPlan } from "./planRules.ts";
import { readSpecs, type Specs } from "./readSpecs.ts";
import type { Scripts } from "./taskRules.ts";

/** The file that Bamboo reads. */
export const specsFile = "bamboo-specs/bamboo.yaml";

/** What the file is held against. */
export interface Project {
  /** The scripts of package.json. */
  readonly scripts: Scripts;
  /** The sites in the order in which they are deployed. */
  readonly sites: readonly string[];
}

/**
 * Holds the text of the pipeline's file against what Bamboo knows and what this project has.
 * @throws ValidationError with all problems, each with line, field and remedy.
 */
export function checkSpecs(text: string, { scripts, sites }: Project): Specs {
  const diagnostics: Diagnostic[] = [];
  const specs = readSpecs(text, specsFile, diagnostics);
  // What a document that is wrong would have, the others would be said to lack.
  if (diagnostics.length === 0) {
    for (const plan of specs.plans) checkPlan(plan, scripts);
    for (const deployment of specs.deployments) checkDeployment(deployment, specs.plans, sites, scripts);
    checkPermissions(specs);
    const wanted = [
      { what: "plan", documents: specs.plans, otherwise: "nothing would be verified" },
      {
        what: "deployment of the sites",
        documents: specs.deployments.filter((deployment) => !isCalendars(deployment)),
        otherwise: "nothing would be deployed",
      },
      {
        what: "deployment with the environment calendar",
        documents: specs.deployments.filter(isCalendars),
        otherwise: "no peak of calendar.yaml would be deployed before it begins",
      },
    ];
    for (const { what, documents, otherwise } of wanted) {
      const file = specsFile;
      if (documents.length === 0)
        diagnostics.push({ file, path: "", message: `has no ${what}: ${otherwise}; bring it back` });
      for (const { report } of what === "plan" ? [] : documents.slice(1)) {
        report("deployment.name", `is a second ${what}; remove one of the two`);
      }
    }
    diagnostics.push(...secretsIn(text));
  }
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  return specs;
}

/** Reads and checks the file of this project. @throws ValidationError with all problems. */
export async function checkProject(): Promise<Specs> {
  const root = join(import.meta.dirname, "..", "..");
  const [text, packageText, sites, { order }] = await Promise.all([
    readSpecsText(root),
    readFile(join(root, "package.json"), "utf8"),
    listSites(),
    readSettings(),
  ]);
  const { scripts }: { scripts: Scripts } = JSON.parse(packageText);
  return checkSpecs(text, { scripts, sites: order ?? sites });
}

/** The text of the pipeline's file. @throws SystemError that names the file, whatever Node named. */
export async function readSpecsText(root: string): Promise<string> {
  try {
    return await readFile(join(root, specsFile), "utf8");
  } catch (error) {
    throw isSystemError(error) ? Object.assign(error, { path: specsFile }) : error;
  }
}

/** Keys that hold a secret. Bamboo refuses raw passwords in variables, and nowhere else. */
function secretsIn(text: string): Diagnostic[] {
  return text.split("\n").flatMap((line, index): Diagnostic[] => {
    const [, key] = /^\s*(?:- )?(\S*(?:password|token|secret|passphrase|private-key)\S*):/i.exec(line) ?? [];
    if (key === undefined) return [];
    const message = "has the name of a secret; credentials come from the environments' agents, so remove it";
    return [{ file: specsFile, path: key, message, position: { line: index + 1, column: line.search(/\S/) + 1 } }];
  });
}

/** What was found, in a line. */
export function formatSpecs({ plans, deployments }: Specs): string {
  const jobs = plans.reduce((sum, plan) => sum + plan.jobs.size, 0);
  const environments = deployments.flatMap((deployment) => [...deployment.environments.keys()]);
  return `${specsFile}: ${plans.length} plans with ${jobs} jobs, environments ${environments.join(", ")}: as Bamboo and this project know them\n`;
}
