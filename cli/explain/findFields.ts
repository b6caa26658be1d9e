import { readFile } from "node:fs/promises";
import { UsageError } from "../../command/errors.ts";
import { didYouMean } from "../../components/suggestion.ts";
import type { DocumentedField } from "./documentedField.ts";

/** An object that a field becomes a part of. */
export interface Becomes {
  /** Its kind: `Deployment`. */
  readonly kind: string;
  /** Whether the field makes it exist, takes it away, puts another in its place, or changes it. */
  readonly change: "made" | "removed" | "replaced" | "changed";
  /** The fields of it that change. */
  readonly fields: readonly string[];
}

/** A field with whose it is and what it becomes. */
export interface ExplainedField extends DocumentedField {
  readonly of: "service" | "site";
  readonly becomes: readonly Becomes[];
}

/** All fields, those of a service first, in the order in which their types declare them. */
export async function readFields(): Promise<ExplainedField[]> {
  const read = async (name: string) => JSON.parse(await readFile(`${import.meta.dirname}/${name}`, "utf8"));
  const fields: Record<ExplainedField["of"], DocumentedField[]> = await read("fields.json");
  const becomes: Record<ExplainedField["of"], Record<string, Becomes[]>> = await read("becomes.json");
  return (["service", "site"] as const).flatMap((of) =>
    fields[of].map((field) => ({ of, ...field, becomes: becomes[of][field.path] ?? [] })),
  );
}

/** What somebody asked for. */
export interface Found {
  readonly found: readonly ExplainedField[];
  /** Whether it is all fields of a service, of a site, or of both. */
  readonly whole: boolean;
}

/**
 * The fields of a name: `exposure` is a service's and a site's, `service.exposure` and `site.exposure` is one. Places in lists
 * and chosen names may be written or left out: `nodes[3].cpu`, `nodes.cpu`, `backingServices.mail-relay.port`.
 * @throws UsageError where there is none.
 */
export function findFields(known: readonly ExplainedField[], name: string | undefined): Found {
  if (name === undefined) return { found: known, whole: true };
  const plain = name.replace(/^(config\.)?gemelos:site(?=\.|$)/, "site").replaceAll(/\[[^\]]*\]/g, "");
  const [first = "", ...rest] = plain.split(".");
  const own = first === "service" || first === "site" ? known.filter(({ of }) => of === first) : [];
  if (own.length > 0 && rest.length === 0) return { found: own, whole: true };
  const searched = own.length > 0 ? own : known;
  const asked = own.length > 0 ? rest : [first, ...rest];
  const found = searched.filter(({ path }) => fits(asked, path.replaceAll("[]", "").split(".")));
  if (found.length > 0) return { found, whole: false };
  const names = searched.map(({ path }) => plainPath(path));
  const meant = didYouMean(asked.join("."), [...names, ...names.map((path) => path.split(".").at(-1) ?? path)]);
  // Not what was typed, which may be a secret in the wrong place.
  throw new UsageError(`there is no such field${meant || "; npm run explain lists all"}`);
}

/** The path of a field as people type it: without places in lists and without the names that they choose. */
export function plainPath(path: string): string {
  return path.replaceAll("[]", "").replaceAll(".<name>", "");
}

/** Whether names as somebody typed them are those of a field; a `<name>` may be any name, or left out. */
function fits([first, ...rest]: readonly string[], [own, ...others]: readonly string[]): boolean {
  if (own === undefined) return first === undefined;
  if (own === "<name>")
    return fits(first === undefined ? [] : [first, ...rest], others) || (first !== undefined && fits(rest, others));
  return first === own && fits(rest, others);
}
