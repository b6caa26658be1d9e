import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

/**
 * The part of Bamboo Specs YAML (Bamboo Data Center 10) that is used here, strictly: Bamboo itself lets misspelt keys
 * pass, and the public JSON schema is of version 6.9.
 */
const script = z.strictObject({ script: z.string() });
const artifactName = z.string().regex(/^[A-Za-z0-9 ._-]+$/);
const task = z.union([
  z.literal("clean"),
  z.literal("checkout"),
  script,
  z.strictObject({
    "artifact-download": z.strictObject({
      artifacts: z.array(z.strictObject({ name: artifactName, destination: z.string().optional() })),
    }),
  }),
  z.strictObject({ "test-parser": z.strictObject({ type: z.literal("junit"), "test-results": z.string() }) }),
]);

const jobSchema = z.strictObject({
  key: z.string().regex(/^[A-Z][A-Z0-9]+$/),
  tasks: z.array(task).min(1),
  "final-tasks": z.array(task).optional(),
  artifacts: z
    .array(
      z.strictObject({
        name: artifactName,
        location: z.string().regex(/^[^/]/),
        pattern: z.string(),
        shared: z.boolean().optional(),
        required: z.boolean(),
      }),
    )
    .optional(),
});

const days = z.int().positive();
const planSchema = z.object({
  version: z.literal(2),
  plan: z.strictObject({
    "project-key": z.string().regex(/^[A-Z][A-Z0-9]+$/),
    key: z.string().regex(/^[A-Z][A-Z0-9]+$/),
    name: z.string(),
  }),
  branches: z.strictObject({
    create: z.strictObject({ "for-pull-request": z.strictObject({ "accept-fork": z.boolean() }) }),
    delete: z.strictObject({ "after-deleted-days": days, "after-inactive-days": days }),
  }),
  stages: z
    .array(
      z
        .record(
          z.string(),
          z.strictObject({
            jobs: z.array(z.string()).min(1),
            manual: z.boolean().optional(),
            final: z.boolean().optional(),
          }),
        )
        .refine((stage) => Object.keys(stage).length === 1, "must have one name"),
    )
    .min(1),
});

const environmentSchema = z.strictObject({
  "release-approval-prerequisite": z.enum(["none", "not-broken", "approved"]).optional(),
  triggers: z
    .array(z.union([z.literal("build-success"), z.strictObject({ "environment-success": z.string() })]))
    .length(1),
  tasks: z.array(task).min(1),
});

const deploymentSchema = z.object({
  version: z.literal(2),
  deployment: z.strictObject({ name: z.string(), "source-plan": z.string() }),
  "release-naming": z.strictObject({
    "next-version-name": z.string(),
    "applies-to-branches": z.boolean(),
    "auto-increment": z.boolean(),
  }),
  environments: z.array(z.string()).min(1),
});

export type BambooJob = z.infer<typeof jobSchema>;
type BambooEnvironment = z.infer<typeof environmentSchema>;

/** The plan and the deployment project, with every job and environment that is named, and nothing that is not. */
export interface BambooSpecs {
  readonly plan: z.infer<typeof planSchema>;
  /** Job name -> job, in the order of the stages. */
  readonly jobs: ReadonlyMap<string, BambooJob>;
  readonly deployment: z.infer<typeof deploymentSchema>;
  readonly environments: ReadonlyMap<string, BambooEnvironment>;
}

/** Reads the specs of this repository. */
export async function readBambooSpecs(): Promise<BambooSpecs> {
  return parseBambooSpecs(await readFile(join(import.meta.dirname, "..", "..", "bamboo-specs", "bamboo.yaml"), "utf8"));
}

/** Parses specs strictly. @throws Error for YAML errors, unknown keys, and names that name nothing. */
export function parseBambooSpecs(text: string): BambooSpecs {
  const documents = parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const value: unknown = document.toJS();
    return z.record(z.string(), z.unknown()).parse(value);
  });
  const [planDocument, deploymentDocument, ...rest] = documents;
  if (planDocument === undefined || deploymentDocument === undefined || rest.length > 0)
    throw new Error("expected a plan and a deployment");
  const jobNames = planSchema
    .parse(planDocument)
    .stages.flatMap((stage) => Object.values(stage).flatMap(({ jobs }) => jobs));
  if (new Set(jobNames).size !== jobNames.length)
    throw new Error(`a job stands in the stages twice: ${jobNames.join(", ")}`);
  const jobs = z.strictObject({
    ...planSchema.shape,
    ...Object.fromEntries(jobNames.map((name) => [name, jobSchema])),
  });
  const environmentNames = deploymentSchema.parse(deploymentDocument).environments;
  const environments = z.strictObject({
    ...deploymentSchema.shape,
    ...Object.fromEntries(environmentNames.map((name) => [name, environmentSchema])),
  });
  jobs.parse(planDocument);
  environments.parse(deploymentDocument);
  return {
    plan: planSchema.parse(planDocument),
    jobs: new Map(jobNames.map((name) => [name, jobSchema.parse(planDocument[name])])),
    deployment: deploymentSchema.parse(deploymentDocument),
    environments: new Map(environmentNames.map((name) => [name, environmentSchema.parse(deploymentDocument[name])])),
  };
}

/** The scripts of a job or environment, in order. */
export function scriptsOf({ tasks }: { tasks: BambooJob["tasks"] }): string[] {
  return tasks.flatMap((each) => (typeof each === "object" && "script" in each ? [each.script] : []));
}

/** The test reports that a job's final tasks read. */
export function reportsOf({ "final-tasks": tasks = [] }: BambooJob): string[] {
  return tasks.flatMap((each) =>
    typeof each === "object" && "test-parser" in each ? [each["test-parser"]["test-results"]] : [],
  );
}

/** The artifacts that an environment downloads. */
export function downloadsOf({ tasks }: { tasks: BambooJob["tasks"] }): string[] {
  return tasks.flatMap((each) =>
    typeof each === "object" && "artifact-download" in each
      ? each["artifact-download"].artifacts.map(({ name }) => name)
      : [],
  );
}
