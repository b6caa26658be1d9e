import type { ReadDeployment, ReadPlan, Specs } from "./readSpecs.ts";
import { checkScripts, downloadsOf, type Scripts, scriptsOf } from "./taskRules.ts";

/** What the deployment of a commit runs: in an environment of a site. */
const steps = (site: string): readonly string[] => ["npm run unbundle", "npm ci", `npm run deploy -- --site ${site}`];

/** Reports a deployment project that does not deploy what its plan has packaged, site after site. */
export function checkDeployment(
  { content, environments, report }: ReadDeployment,
  plans: readonly ReadPlan[],
  sites: readonly string[],
  scripts: Scripts,
): void {
  const source = content.deployment["source-plan"];
  const plan = plans.find(({ content: { plan: of } }) => `${of["project-key"]}-${of.key}` === source);
  if (plan === undefined) report("deployment.source-plan", `${source} is no plan of this file; correct it`);
  if (content["release-naming"]["applies-to-branches"]) {
    report("release-naming.applies-to-branches", "is true, so that a branch's build became a release; write false");
  }
  const names = [...environments.keys()];
  if (names.join() !== sites.join()) {
    report(
      "environments",
      `must be the sites, in the order in which they are deployed: ${sites.join(", ")}; it is ${names.join(", ")}`,
    );
  }
  const shared = [...(plan?.jobs.values() ?? [])].flatMap(({ artifacts = [] }) =>
    artifacts.filter((artifact) => artifact.shared).map(({ name }) => name),
  );
  for (const [index, [name, environment]] of [...environments].entries()) {
    const before = names[index - 1];
    const [trigger] = environment.triggers;
    const isRight =
      before === undefined
        ? trigger === "build-success"
        : typeof trigger === "object" && trigger["environment-success"] === before;
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
    const missing = shared.filter((artifact) => !downloadsOf(environment).includes(artifact));
    if (missing.length > 0)
      report(
        `${name}.tasks`,
        `must download what the plan shares (${missing.join(", ")}): nothing is built again for a site`,
      );
    checkScripts(name, environment, scripts, report);
    const run = scriptsOf(environment);
    const wanted = steps(name);
    // An option of `deploy`, such as --break-glass, would hold for every deployment to come; those of `npm ci` change nothing.
    const steady = run.map((script) => (/^npm ci(?: --[\w-]+)*$/.test(script) ? "npm ci" : script));
    if (steady.join("\n") !== wanted.join("\n")) {
      report(
        `${name}.tasks`,
        `must run ${wanted.join(", ")} and nothing else: what a deployment does is the command's to know`,
      );
    }
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
