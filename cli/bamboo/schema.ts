import { z } from "zod";
import { cronProblem } from "./cron.ts";

/**
 * The part of Bamboo Specs YAML (Bamboo Data Center 10) that is used here, strictly: Bamboo itself lets misspelt keys pass, and
 * the public JSON schema is of version 6.9. https://docs.atlassian.com/bamboo-specs-docs/10.0.0/specs.html?yaml
 */
const keyRule = "must be capital letters and digits, and start with a letter, such as GEM";
const key = z.string(keyRule).regex(/^[A-Z][A-Z0-9]+$/, keyRule);
const planKeyRule = "must be <project key>-<plan key>, such as TAX-GEM";
const planKey = z.string(planKeyRule).regex(/^[A-Z][A-Z0-9]+-[A-Z][A-Z0-9]+$/, planKeyRule);
const nameRule = "must be letters, digits, spaces and . _ -";
const artifactName = z.string(nameRule).regex(/^[A-Za-z0-9 ._-]+$/, nameRule);
const relativeRule = "must be a path inside the working directory, without a slash at its start or ..";
const relative = z.string(relativeRule).regex(/^(?!\/)(?!.*\.\.).+$/, relativeRule);

const cron = z.string().superRefine((text, context) => {
  const problem = cronProblem(text);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

const task = z.union(
  [
    z.literal("clean"),
    z.literal("checkout"),
    z.strictObject({ script: z.string() }),
    z.strictObject({
      "artifact-download": z.strictObject({
        artifacts: z.array(z.strictObject({ name: artifactName, destination: relative.optional() })),
      }),
    }),
    z.strictObject({ "test-parser": z.strictObject({ type: z.literal("junit"), "test-results": relative }) }),
  ],
  "must be clean, checkout, { script }, { artifact-download: { artifacts: [{ name }] } } or { test-parser: { type: junit, test-results } }",
);
const tasks = z.array(task).min(1, "must have a task");

export const jobSchema = z.strictObject({
  key,
  // Bamboo knows it; a rule says why nothing may stand here.
  requirements: z.unknown().optional(),
  tasks,
  "final-tasks": tasks.optional(),
  // By default a job gets every shared artifact of the stages before it.
  "artifact-subscriptions": z.array(
    z.strictObject({ artifact: artifactName, destination: relative.optional() }),
    "must be stated: Bamboo subscribes to every shared artifact of the stages before, unless it says [] or which",
  ),
  artifacts: z
    .array(
      z.strictObject({
        name: artifactName,
        location: relative,
        pattern: z.string(),
        shared: z.boolean("must be stated: Bamboo shares an artifact by default"),
        required: z.boolean("must be stated: without true, a build without it is green"),
      }),
    )
    .optional(),
});

const days = z.int("must be days above zero").positive("must be days above zero");
const stage = z
  .record(
    z.string(),
    z.strictObject({
      manual: z.boolean().optional(),
      final: z.boolean().optional(),
      jobs: z.array(z.string()).min(1, "must name a job"),
    }),
  )
  .refine((named) => Object.keys(named).length === 1, "must have one name, which holds its jobs");

/** A plan, but for its jobs, which have names of their own. */
export const planSchema = z.strictObject({
  version: z.literal(2),
  plan: z.strictObject({ "project-key": key, key, name: z.string() }),
  triggers: z.array(z.strictObject({ cron })).optional(),
  // Stated always: Bamboo makes a plan branch for every new branch, unless it says otherwise.
  branches: z.strictObject({
    create: z.union(
      [z.literal("manually"), z.strictObject({ "for-pull-request": z.strictObject({ "accept-fork": z.boolean() }) })],
      "must be manually or { for-pull-request: { accept-fork: false } }",
    ),
    delete: z.union(
      [z.literal("never"), z.strictObject({ "after-deleted-days": days, "after-inactive-days": days })],
      "must be never or { after-deleted-days, after-inactive-days }",
    ),
  }),
  stages: z.array(stage).min(1, "must have a stage"),
});

export const environmentSchema = z.strictObject({
  "release-approval-prerequisite": z.enum(["none", "not-broken", "approved"]).optional(),
  triggers: z
    .array(
      z.union(
        [z.literal("build-success"), z.strictObject({ "environment-success": z.string() }), z.strictObject({ cron })],
        "must be build-success, { environment-success: <environment> } or { cron: <time> }",
      ),
    )
    .length(1, "must be one trigger"),
  tasks,
  "final-tasks": tasks.optional(),
});

/** A deployment project, but for its environments, which have names of their own. */
export const deploymentSchema = z.strictObject({
  version: z.literal(2),
  deployment: z.strictObject({ name: z.string(), "source-plan": planKey }),
  "release-naming": z.strictObject({
    "next-version-name": z.string(),
    "applies-to-branches": z.boolean(),
    "auto-increment": z.boolean(),
  }),
  environments: z.array(z.string()).min(1, "must name an environment"),
});

const holders = {
  users: z.array(z.string()).optional(),
  groups: z.array(z.string()).optional(),
  roles: z.array(z.enum(["logged-in", "anonymous"])).optional(),
};
const grants = <Permission extends z.ZodType>(permission: Permission) =>
  z.array(z.strictObject({ ...holders, permissions: z.array(permission).min(1, "must grant something") })).min(1);

export const planPermissionsSchema = z.strictObject({
  version: z.literal(2),
  plan: z.strictObject({ key: planKey }),
  "plan-permissions": grants(z.enum(["view", "view-configuration", "edit", "build", "clone", "admin"])),
});

/** Environment permissions are legal only where deployment permissions stand in the same document. */
export const deploymentPermissionsSchema = z.strictObject({
  version: z.literal(2),
  deployment: z.strictObject({ name: z.string() }),
  "deployment-permissions": grants(z.enum(["view", "view-configuration", "edit", "clone", "admin"])),
  "environment-permissions": z.array(
    z
      .record(z.string(), grants(z.enum(["view", "view-configuration", "edit", "deploy", "admin"])))
      .refine((named) => Object.keys(named).length === 1, "must have one environment's name"),
  ),
});

export type Job = z.infer<typeof jobSchema>;
export type Environment = z.infer<typeof environmentSchema>;
export type Plan = z.infer<typeof planSchema>;
export type Deployment = z.infer<typeof deploymentSchema>;
export type PlanPermissions = z.infer<typeof planPermissionsSchema>;
export type DeploymentPermissions = z.infer<typeof deploymentPermissionsSchema>;
