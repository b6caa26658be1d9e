import type { ReadDeployment, ReadPlan, Specs } from "./readSpecs.ts";
import { checkScripts, downloadsOf, type Scripts, scriptsOf } from "./taskRules.ts";

/** The environment that writes the peaks that are due into the sites' files. */
const calendar = "calendar";

/** What an environment runs: that of a site deploys the commit, that of the calendar goes on to what main is now. */
const steps = (name: string): readonly string[] =>
  name === calendar
    ? ["npm run unbundle", "npm run latest", "npm ci", "npm run calendar -- apply --push"]
    : ["npm run unbundle", "npm ci", `npm run deploy -- --site ${name}`];

/** Whether a deployment project is the calendar's, and not that of the sites. */
export function isCalendars({ environments }: ReadDeployment): boolean {
  return [...environments.keys()].join() === calendar;
}

/** Reports a deployment project that does not run what its plan has packaged: site after site, or the calendar. */
export function checkDeployment(
  deployment: ReadDeployment,
  plans: readonly ReadPlan[],
  sites: readonly string[],
  scripts: Scripts,
): void {
  const { content, environments, report } = deployment;
  const source = content.deployment["source-plan"];
  const plan = plans.find(({ content: { plan: of } }) => `${of["project-key"]}-${of.key}` === source);
  if (plan === undefined) report("deployment.source-plan", `${source} is no plan of this file; correct it`);
  if (content["release-naming"]["applies-to-branches"]) {
    report("release-naming.applies-to-branches", "is true, so that a branch's build became a release; write false");
  }
  if (isCalendars(deployment)) checkNight(deployment);
  else checkOrder(deployment, sites);
  const shared = [...(plan?.jobs.values() ?? [])].flatMap(({ artifacts = [] }) =>
    artifacts.filter((artifact) => artifact.shared).map(({ name }) => name),
  );
  for (const [name, environment] of environments) {
    const downloads = downloadsOf(environment);
    const missing = shared.filter((artifact) => !downloads.includes(artifact));
    if (missing.length > 0) {
      report(
        `${name}.tasks`,
        `must download what the plan shares (${missing.join(", ")}): nothing is built again for a site`,
      );
    }
    const others = plan === undefined ? [] : downloads.filter((artifact) => !shared.includes(artifact));
    if (others.length > 0) {
      report(
        `${name}.tasks`,
        `downloads ${others.join(", ")}, which ${source} does not share; correct the plan or the name`,
      );
    }
    checkScripts(name, environment, scripts, report);
    const wanted = steps(name);
    // An option of `deploy`, such as --break-glass, would hold for every deployment to come; those of `npm ci` change nothing.
    const steady = scriptsOf(environment).map((script) => (/^npm ci(?: --[\w-]+)*$/.test(script) ? "npm ci" : script));
    if (steady.join("\n") !== wanted.join("\n")) {
      const own =
        name === calendar
          ? "its agent may push to main and reaches no site"
          : "what a deployment does is the command's to know";
      report(`${name}.tasks`, `must run ${wanted.join(", ")} and nothing else: ${own}`);
    }
  }
}

/** Reports sites that are not deployed one after the other, each after somebody has said so. */
function checkOrder({ environments, report }: ReadDeployment, sites: readonly string[]): void {
  const names = [...environments.keys()];
  if (names.includes(calendar)) {
    report(
      "environments",
      `hold ${calendar} beside sites; give it a deployment project of its own: each of its nights makes a release, and those of this one are what somebody approves`,
    );
  } else if (names.join() !== sites.join()) {
    report(
      "environments",
      `must be the sites, in the order in which they are deployed: ${sites.join(", ")}; it is ${names.join(", ")}`,
    );
  }
  for (const [index, [name, environment]] of [...environments].entries()) {
    if (name === calendar) continue;
    const before = names[index - 1];
    const [trigger] = environment.triggers;
    const isRight =
      before === undefined
        ? trigger === "build-success"
        : typeof trigger === "object" && "environment-success" in trigger && trigger["environment-success"] === before;
    if (!isRight) {
      report(
        `${name}.triggers[0]`,
        before === undefined
          ? "must be build-success: the first site is deployed by itself after a build of the main branch"
          : `must be { environment-success: ${before} }: ${name} is deployed after ${before} has passed its gate`,
      );
    }
    if (before !== undefined && environment["release-approval-prerequisite"] !== "approved") {
      report(
        `${name}.release-approval-prerequisite`,
        `must be approved: somebody says that ${name} follows ${before}; not-broken asks nobody`,
      );
    }
  }
}

/** Reports a calendar that waits for somebody or something: nobody is there at night, and a peak is due without any commit. */
function checkNight({ environments, report }: ReadDeployment): void {
  const environment = environments.get(calendar);
  const [trigger] = environment?.triggers ?? [];
  if (typeof trigger !== "object" || !("cron" in trigger)) {
    report(
      `${calendar}.triggers[0]`,
      "must be { cron: <time> }, such as 0 0 3 ? * *: a peak is due without any commit",
    );
  }
  if (environment?.["release-approval-prerequisite"] === "approved") {
    report(
      `${calendar}.release-approval-prerequisite`,
      "is approved, and nobody approves a release each night; remove it: what the calendar commits is built, deployed and approved like any commit",
    );
  }
}

/** Reports rights that are missing, that name nothing, or that everybody has. */
export function checkPermissions({ plans, deployments, planPermissions, deploymentPermissions }: Specs): void {
  const granted = new Set(planPermissions.map(({ content }) => content.plan.key));
  for (const { content, report } of plans) {
    const key = `${content.plan["project-key"]}-${content.plan.key}`;
    if (!granted.has(key))
      report(
        "plan",
        `${key} has no document with plan-permissions, so that Bamboo's defaults let everybody see it; add one`,
      );
  }
  const keys = plans.map(({ content: { plan } }) => `${plan["project-key"]}-${plan.key}`);
  for (const { content, report } of planPermissions) {
    if (!keys.includes(content.plan.key))
      report("plan.key", `${content.plan.key} is no plan of this file (${keys.join(", ")}); correct it`);
    checkRoles("plan-permissions", content["plan-permissions"], report);
  }
  for (const { content, environments, report } of deployments) {
    const { name } = content.deployment;
    const own = deploymentPermissions.find((each) => each.content.deployment.name === name);
    if (own === undefined) {
      report(
        "deployment.name",
        `${name} has no document with deployment-permissions and environment-permissions; add one`,
      );
      continue;
    }
    checkRoles("deployment-permissions", own.content["deployment-permissions"], own.report);
    const list = own.content["environment-permissions"];
    const stated = list.flatMap((each) => Object.keys(each));
    for (const [index, each] of list.entries()) {
      for (const [environment, grants] of Object.entries(each)) {
        const path = `environment-permissions[${index}].${environment}`;
        if (!environments.has(environment))
          own.report(path, `is no environment of ${name} (${[...environments.keys()].join(", ")}); correct it`);
        checkRoles(path, grants, own.report);
      }
    }
    for (const environment of environments.keys()) {
      if (!stated.includes(environment))
        own.report("environment-permissions", `lack ${environment}: say who may deploy it`);
    }
  }
  for (const { content, report } of deploymentPermissions) {
    const known = deployments.map((each) => each.content.deployment.name);
    if (!known.includes(content.deployment.name))
      report(
        "deployment.name",
        `${content.deployment.name} is no deployment of this file (${known.join(", ")}); correct it`,
      );
  }
}

interface Grant {
  readonly roles?: readonly string[] | undefined;
  readonly permissions: readonly string[];
}

/** Whoever is only logged in may look; whoever is not, may nothing. */
function checkRoles(path: string, grants: readonly Grant[], report: ReadDeployment["report"]): void {
  for (const [index, { roles = [], permissions }] of grants.entries()) {
    const more = permissions.filter((permission) => permission !== "view");
    if (roles.includes("anonymous"))
      report(`${path}[${index}].roles`, "names anonymous, which is everybody who reaches Bamboo; remove it");
    else if (roles.length > 0 && more.length > 0) {
      report(
        `${path}[${index}].permissions`,
        `gives everybody who is logged in ${more.join(", ")}; name a group, and leave them view`,
      );
    }
  }
}
