import type { z } from "zod";

/** A part of a schema as zod describes it: which fields there are depends on its type. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
}

/**
 * The keys that a schema knows at a place of the input: those of every form that may stand there. None where any key may
 * stand, as in a map by name.
 */
export function knownKeys(schema: z.core.$ZodType, [step, ...rest]: readonly PropertyKey[]): string[] {
  // zod's type of a definition is a union of all that there are, without the fields that only some have.
  const { shape = {}, innerType, element, valueType, options } = schema._zod.def as Definition;
  if (innerType !== undefined) return knownKeys(innerType, step === undefined ? [] : [step, ...rest]);
  if (options !== undefined) {
    return options.flatMap((option) => knownKeys(option, step === undefined ? [] : [step, ...rest]));
  }
  if (step === undefined) return Object.keys(shape);
  const inner = shape[String(step)] ?? element ?? valueType;
  return inner === undefined ? [] : knownKeys(inner, rest);
}
