import type { ReadPlan } from "./readSpecs.ts";
import { checkArtifacts, checkScripts, type Scripts } from "./taskRules.ts";

/**
 * Commands that need a credential of a site, or may push. A plan runs what a pull request may have changed, on agents that have
 * no credential. What only says something, such as `npm run calendar -- status`, is none of them.
 */
const needCredentials = /^npm run (?:-s )?(deploy|rollback|promote|gate|drift|secrets|history|calendar -- apply)\b/;

/** Reports a plan whose jobs could get at a site, or that builds what nobody of this repository has written. */
export function checkPlan({ content, jobs, report }: ReadPlan, scripts: Scripts): void {
  const { create } = content.branches;
  if (create !== "manually" && create["for-pull-request"]["accept-fork"]) {
    report(
      "branches.create.for-pull-request.accept-fork",
      "is true, so that whoever may fork could run commands on the agents; write false",
    );
  }
  const keys = new Map<string, string>();
  for (const [name, job] of jobs) {
    const other = keys.get(job.key);
    if (other !== undefined) report(`${field(name)}.key`, `${job.key} is also the key of ${other}; choose another`);
    keys.set(job.key, name);
    if (job.requirements !== undefined) {
      report(
        `${field(name)}.requirements`,
        "may not be stated: a pull request's branch configures its own build, and by a requirement it would choose the agent that holds a site's credentials; dedicate those agents to the environments, and remove it here",
      );
    }
    checkScripts(field(name), job, scripts, report);
    for (const [index, task] of job.tasks.entries()) {
      if (typeof task === "object" && "script" in task && needCredentials.test(task.script)) {
        report(
          `${field(name)}.tasks[${index}].script`,
          `${JSON.stringify(task.script)} needs a credential, and a plan's agents have none, since a pull request may change what it runs; leave it to an environment`,
        );
      }
    }
  }
  checkArtifacts(jobs, scripts, report);
}

/** A job's name as a part of a path. */
function field(name: string): string {
  return /^[\w-]+$/.test(name) ? name : `["${name}"]`;
}
