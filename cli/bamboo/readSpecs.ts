import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type Diagnostic, formatPath } from "../../components/diagnostic.ts";
import { diagnosticsOf, entriesAt, fieldAt, listAt } from "../../components/kubernetes/index.ts";
import { duplicateKeys, positionsIn } from "../../site.ts";
import {
  type Deployment,
  type DeploymentPermissions,
  deploymentPermissionsSchema,
  deploymentSchema,
  type Environment,
  environmentSchema,
  type Job,
  jobSchema,
  type Plan,
  type PlanPermissions,
  planPermissionsSchema,
  planSchema,
} from "./schema.ts";

/** Reports what is wrong with a field of one document: `Preview.artifacts[0].name`. */
export type Report = (path: string, message: string) => void;

/** One document of the file, whose problems are reported with file and line. */
interface Read<Content> {
  readonly content: Content;
  readonly report: Report;
}

/** A plan with its jobs, in the order of its stages. */
export type ReadPlan = Read<Plan> & { readonly jobs: ReadonlyMap<string, Job> };

/** A deployment project with its environments, in their order. */
export type ReadDeployment = Read<Deployment> & { readonly environments: ReadonlyMap<string, Environment> };

/** The pipeline's file: its documents by what they are. */
export interface Specs {
  readonly plans: readonly ReadPlan[];
  readonly deployments: readonly ReadDeployment[];
  readonly planPermissions: readonly Read<PlanPermissions>[];
  readonly deploymentPermissions: readonly Read<DeploymentPermissions>[];
}

/**
 * Reads specs strictly: every key is known, every job and environment that is named is there, and none that is not.
 * @param file for diagnostics
 * @param diagnostics what is wrong is added here; a document that is wrong is left out of the result
 */
export function readSpecs(text: string, file: string, diagnostics: Diagnostic[]): Specs {
  const specs = {
    plans: [] as ReadPlan[],
    deployments: [] as ReadDeployment[],
    planPermissions: [] as Read<PlanPermissions>[],
    deploymentPermissions: [] as Read<DeploymentPermissions>[],
  };
  for (const source of documentsOf(text)) {
    const positionOfField = positionsIn(source);
    const report: Report = (path, message) => {
      const position = positionOfField(path);
      diagnostics.push({ file, path, message, ...(position === undefined ? {} : { position }) });
    };
    const lines = new LineCounter();
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const faults = [
      ...document.errors.map(({ message, pos }) => ({
        offset: pos[0],
        message: `invalid YAML: ${message}; correct this line or the one above it`,
      })),
      ...duplicateKeys(document).map(({ key, offset }) => ({
        offset,
        message: `duplicate key ${key}; remove one of the two`,
      })),
    ];
    for (const { message, offset } of faults) {
      const { line, col } = lines.linePos(offset);
      diagnostics.push({ file, path: "", message, position: { line, column: col } });
    }
    if (faults.length > 0) continue;
    const content: unknown = document.toJS() ?? {};
    const has = (key: string) => typeof content === "object" && content !== null && Object.hasOwn(content, key);
    if (has("plan-permissions")) {
      const parsed = parse(planPermissionsSchema, content, report);
      if (parsed !== undefined) specs.planPermissions.push({ content: parsed, report });
    } else if (has("deployment-permissions") || has("environment-permissions")) {
      const parsed = parse(deploymentPermissionsSchema, content, report);
      if (parsed !== undefined) specs.deploymentPermissions.push({ content: parsed, report });
    } else if (has("deployment")) {
      const names = listAt(content, "environments").map((name, index) => ({ name, path: `environments[${index}]` }));
      const parsed = parseNamed(deploymentSchema, environmentSchema, names, content, report);
      if (parsed !== undefined) specs.deployments.push({ content: parsed.whole, environments: parsed.parts, report });
    } else {
      const names = listAt(content, "stages").flatMap((stage, index) =>
        entriesAt(stage).flatMap(([stageName, inside]) =>
          listAt(inside, "jobs").map((name, at) => ({
            name,
            path: formatPath(["stages", index, stageName, "jobs", at]),
          })),
        ),
      );
      const parsed = parseNamed(planSchema, jobSchema, names, content, report);
      if (parsed !== undefined) specs.plans.push({ content: parsed.whole, jobs: parsed.parts, report });
    }
  }
  return specs;
}

/** The documents of a file, each behind as many empty lines as there are lines before it, so that lines stay what they are. */
function documentsOf(text: string): string[] {
  const lines = text.split("\n");
  const starts = [-1, ...lines.flatMap((line, index) => (/^---\s*$/.test(line) ? [index] : []))];
  return starts
    .map((start, index) => "\n".repeat(start + 1) + lines.slice(start + 1, starts[index + 1]).join("\n"))
    .filter((source) => /^\s*[^#\s]/m.test(source));
}

function parse<Content>(schema: z.ZodType<Content>, content: unknown, report: Report): Content | undefined {
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  for (const { path, message } of diagnosticsOf(result.error, content, "", "", [], schema)) report(path, message);
  return undefined;
}

/** Parses a document in which parts that one of its lists names stand beside its own fields. */
function parseNamed<Whole, Part>(
  schema: z.ZodObject & z.ZodType<Whole>,
  part: z.ZodType<Part>,
  names: readonly { readonly name: unknown; readonly path: string }[],
  content: unknown,
  report: Report,
): { readonly whole: Whole; readonly parts: ReadonlyMap<string, Part> } | undefined {
  const field = (name: string): unknown => fieldAt(content, name);
  const texts = names.flatMap(({ name, path }) => (typeof name === "string" ? [{ name, path }] : []));
  let isWhole = true;
  for (const [index, { name, path }] of texts.entries()) {
    const isTwice = texts.findIndex((each) => each.name === name) !== index;
    if (!isTwice && field(name) !== undefined) continue;
    isWhole = false;
    report(
      path,
      isTwice
        ? `names ${name} twice; remove one`
        : `names ${name}, which does not stand in this document; add it there, or correct the name`,
    );
  }
  const there = [...new Set(texts.map(({ name }) => name))].filter((name) => field(name) !== undefined);
  const all = z.strictObject({ ...schema.shape, ...Object.fromEntries(there.map((name) => [name, part])) });
  if (parse(all, content, report) === undefined || !isWhole) return undefined;
  const own = Object.keys(schema.shape).filter((name) => field(name) !== undefined);
  return {
    whole: schema.parse(Object.fromEntries(own.map((name) => [name, field(name)]))),
    parts: new Map(there.map((name) => [name, part.parse(field(name))])),
  };
}
