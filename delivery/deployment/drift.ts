import { join } from "node:path";
import { runProgram } from "../../command/runProgram.ts";
import { at } from "../../recorder/registeredResource.ts";
import { Stopped } from "./stopped.ts";

/** What somebody changed by hand in the site's cluster. */
export interface Drift {
  /** Fields that are not as rendered, and that another than the engine has set: `Deployment payments/x spec.replicas (kubectl-edit)`. */
  readonly changed: readonly string[];
  /** Objects that are rendered and not there: made by the deployment if they are new, else taken away by hand. */
  readonly missing: readonly string[];
}

/** The engine's name among an object's field managers, which ends with letters that are different in each stack. */
const engine = /^pulumi-kubernetes(-|$)/;

/**
 * Takes from the report of `npm run drift` what others than the engine have changed. What the engine has set and is not as
 * rendered is what the commit changes, and what nobody has set it adds.
 */
export function handMade(report: unknown): Drift {
  const name = (object: unknown) =>
    [
      at(object, "kind"),
      [at(object, "namespace"), at(object, "name")].filter((part) => part !== undefined).join("/"),
    ].join(" ");
  const differences = listIn(report, "differences").filter((each) => {
    const manager = at(each, "manager");
    return typeof manager === "string" && !engine.test(manager);
  });
  return {
    changed: differences.map(
      (each) =>
        `${name(at(each, "object"))} ${at(each, "field")} (${at(each, "manager")}${at(each, "time") === undefined ? "" : `, ${at(each, "time")}`})`,
    ),
    missing: listIn(report, "missing").map(name),
  };
}

function listIn(report: unknown, key: string): readonly unknown[] {
  const value = at(report, key);
  return Array.isArray(value) ? value : [];
}

/**
 * The step's outcome in one line; what was changed follows, a line each.
 * @param refreshes whether the state is refreshed, so that the plan puts it right
 */
export function driftLine({ changed, missing }: Drift, refreshes: boolean): string {
  if (changed.length + missing.length === 0) return "nothing was changed by hand";
  const fields = changed.length === 1 ? "1 field was" : `${changed.length} fields were`;
  const objects = missing.length === 1 ? "1 object is" : `${missing.length} objects are`;
  const remedy = refreshes ? "the plan puts that right, since the state is refreshed" : "--heal puts that right";
  const lines = [
    ...(changed.length === 0 ? [] : [`${fields} changed by hand; ${remedy}:`]),
    ...changed.map((each) => `  ${each}`),
    ...(missing.length === 0 ? [] : [`${objects} not there: new, or taken away by hand; ${remedy}`]),
  ];
  return lines.join("\n  ");
}

/**
 * Compares the site's cluster with the checkout, by the command for that.
 * @throws Stopped with the command's words, where it cannot.
 */
export async function readDrift(options: {
  readonly site: string;
  readonly project: string;
  readonly signal: AbortSignal;
}): Promise<Drift> {
  const { site, project, signal } = options;
  const args = [join("cli", "main.ts"), "drift", "--site", site, "--format", "json"];
  const { code, stdout, stderr } = await runProgram(process.execPath, args, project, signal);
  if (code !== 0 && code !== 1) throw new Stopped(`the cluster cannot be compared with the commit: ${stderr.trim()}`);
  return handMade(JSON.parse(stdout));
}
