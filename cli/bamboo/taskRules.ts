import { matchesGlob } from "node:path";
import { formatValue } from "../../components/diagnostic.ts";
import { didYouMean } from "../../components/suggestion.ts";
import type { Report } from "./readSpecs.ts";
import type { Job } from "./schema.ts";

/** The scripts of package.json: name -> what it runs. */
export type Scripts = Readonly<Record<string, string>>;

/** Tasks of a job or an environment. */
type Tasks = Pick<Job, "tasks"> & Partial<Pick<Job, "final-tasks">>;

/** The scripts of a job or an environment, in order. */
export function scriptsOf({ tasks }: Tasks): string[] {
  return tasks.flatMap((task) => (typeof task === "object" && "script" in task ? [task.script] : []));
}

/** The test reports that the final tasks read. */
export function reportsOf({ "final-tasks": tasks = [] }: Tasks): string[] {
  return tasks.flatMap((task) =>
    typeof task === "object" && "test-parser" in task ? [task["test-parser"]["test-results"]] : [],
  );
}

/** The artifacts that are downloaded. */
export function downloadsOf({ tasks }: Tasks): string[] {
  return tasks.flatMap((task) =>
    typeof task === "object" && "artifact-download" in task
      ? task["artifact-download"].artifacts.map(({ name }) => name)
      : [],
  );
}

/** Reports scripts that call anything but npm, or a script that is not there: a person must be able to run each step. */
export function checkScripts(field: string, { tasks }: Tasks, scripts: Scripts, report: Report): void {
  for (const [index, task] of tasks.entries()) {
    if (typeof task !== "object" || !("script" in task)) continue;
    const path = `${field}.tasks[${index}].script`;
    const [, name] = /^npm (?:run (?:-s )?([a-z:-]+)|test|ci)(?: [\w ./=,:-]*)?$/.exec(task.script) ?? [];
    if (!/^npm (ci|test|run)\b/.test(task.script) || /[;&|$`<>]/.test(task.script)) {
      report(
        path,
        `${formatValue(task.script)} is more than one npm script; put the logic into package.json, and call that`,
      );
    } else if (name !== undefined && !Object.hasOwn(scripts, name)) {
      report(
        path,
        `calls npm run ${name}, which package.json does not have; correct it${didYouMean(name, Object.keys(scripts))}`,
      );
    }
  }
}

/** Whether a command names a file or folder, or something in it. */
function isNamed(command: string, path: string): boolean {
  return command.split(/[^\w./-]+/).some((word) => word === path || word.startsWith(`${path}/`));
}

/** The files in a folder that commands name; none where one names the folder itself, into which it may write anything. */
function filesIn(location: string, commands: readonly string[]): readonly string[] {
  const words = commands.flatMap((command) => command.split(/[^\w./-]+/));
  const inside = words.flatMap((word) => (word.startsWith(`${location}/`) ? [word.slice(location.length + 1)] : []));
  const areFiles = !words.includes(location) && inside.every((file) => /\.\w+$/.test(file));
  return areFiles ? [...new Set(inside)] : [];
}

/** Reports artifacts that nobody writes, that share a name, and subscriptions to what is not shared. */
export function checkArtifacts(jobs: ReadonlyMap<string, Job>, scripts: Scripts, report: Report): void {
  const names = new Map<string, string>();
  const shared = new Set<string>();
  for (const [job, { artifacts = [], ...rest }] of jobs) {
    const commands = scriptsOf(rest).map((script) => {
      const [, name = ""] = /^npm run (?:-s )?(\S+)/.exec(script) ?? [];
      return `${script} ${scripts[name] ?? ""}`;
    });
    for (const [index, { name, location, pattern, shared: isShared }] of artifacts.entries()) {
      const path = `${job}.artifacts[${index}]`;
      const other = names.get(name);
      if (other !== undefined)
        report(`${path}.name`, `${JSON.stringify(name)} is also an artifact of ${other}; choose another`);
      names.set(name, job);
      if (isShared) shared.add(name);
      if (!commands.some((command) => isNamed(command, location))) {
        report(`${path}.location`, `${JSON.stringify(location)} is written by no script of ${job}; correct it`);
      }
      const files = filesIn(location, commands);
      if (files.length > 0 && !files.some((file) => matchesGlob(file, pattern))) {
        report(
          `${path}.pattern`,
          `${JSON.stringify(pattern)} matches nothing that a script of ${job} writes into ${location} (${files.join(", ")}); correct it`,
        );
      }
    }
    for (const [index, { artifact }] of rest["artifact-subscriptions"].entries()) {
      if (!shared.has(artifact)) {
        report(
          `${job}.artifact-subscriptions[${index}].artifact`,
          `${JSON.stringify(artifact)} is no shared artifact of a stage before; share it there, or remove it`,
        );
      }
    }
  }
}
