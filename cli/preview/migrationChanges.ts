import type { FieldDifference } from "../../recorder/fields.ts";
import { at, type PlainObject, type RegisteredResource } from "../../recorder/registeredResource.ts";

/** That the Job of a migration runs again, in words; nothing for other kinds, and where it stays the one that has run. */
export function runsAgain(old: PlainObject, current: PlainObject): string[] {
  if (!isJob(current)) return [];
  const name = (job: PlainObject) => at(job, "metadata", "name");
  return name(old) === name(current) ? [] : ["runs once, before the pods roll"];
}

/**
 * The changed fields of a Job without its name and without those that its service's Deployment shows, too, such as a new image:
 * they are told there.
 */
export function withoutDeployments(
  fields: readonly FieldDifference[],
  deployment: readonly FieldDifference[],
): FieldDifference[] {
  const text = ({ path, one, other }: FieldDifference) => JSON.stringify([path, one ?? null, other ?? null]);
  const told = new Set(deployment.map(text));
  return fields.filter((field) => field.path !== "metadata.name" && !told.has(text(field)));
}

/** The Deployment of the same service as a Job; undefined for other kinds. */
export function deploymentBeside(
  { inputs, parent }: RegisteredResource,
  all: Iterable<RegisteredResource>,
): RegisteredResource | undefined {
  if (!isJob(inputs)) return undefined;
  for (const each of all) if (each.parent === parent && at(each.inputs, "kind") === "Deployment") return each;
  return undefined;
}

function isJob(object: PlainObject): boolean {
  return at(object, "kind") === "Job";
}
