import type { z } from "zod";
import { type Diagnostic, ValidationError } from "../components/diagnostic.ts";
import { diagnosticsOf } from "../components/kubernetes/index.ts";
import { positionsIn, readYamlFile, type YamlFileWords } from "../site.ts";

/** A YAML file beside `Pulumi.yaml` that people write for deliveries. */
export interface DataFile<Value> {
  /** Its name: `delivery.yaml`. */
  readonly file: string;
  /** What it must hold. */
  readonly schema: z.ZodType<Value>;
  /** Words for what is wrong with the file as a whole. */
  readonly words: YamlFileWords;
  /**
   * Names of fields whose values are not shown, since somebody may have written a secret there.
   * @default none
   */
  readonly hidden?: readonly string[];
}

/**
 * Reads and checks a data file.
 * @returns undefined where there is no such file
 * @throws ValidationError with all problems, each with file, line, field, value, and what to do.
 */
export async function readDataFile<Value>(
  folder: string,
  { file, schema, words, hidden = [] }: DataFile<Value>,
): Promise<Value | undefined> {
  const read = await readYamlFile(folder, file, words);
  if ("diagnostics" in read) {
    if (read.isMissing) return undefined;
    throw new ValidationError(read.diagnostics);
  }
  // A file in which everything is a comment states nothing.
  const content = read.content ?? {};
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const positionAt = positionsIn(read.text);
  throw new ValidationError(
    diagnosticsOf(result.error, content, file, "", hidden, schema).map((diagnostic): Diagnostic => {
      const position = positionAt(diagnostic.path);
      return position === undefined ? diagnostic : { ...diagnostic, position };
    }),
  );
}
