import { z } from "zod";
import { type Diagnostic, formatPath, formatValue } from "../diagnostic.ts";
import { didYouMean } from "../suggestion.ts";
import { knownKeys } from "./knownKeys.ts";
import { parseQuantity } from "./quantity.ts";

/**
 * A schema for each field of a type, and no other. With `satisfies`, a field that only the type or only the schema has does
 * not compile.
 */
export type Fields<Shape> = Readonly<Record<keyof Shape, z.ZodType>>;

const dnsLabelRule = "must be a DNS label: lower-case letters a-z, digits and hyphens, no hyphen at an end";
/** A DNS label (RFC 1123): what Kubernetes accepts as the name of most objects. */
export const dnsLabel = z
  .string(dnsLabelRule)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, dnsLabelRule)
  .max(63, "must be at most 63 characters");

const dnsNameRule =
  "must be a DNS name in lower case, such as db.dc1.tax.example (write a name with other letters in its xn-- form)";
/** A DNS name: labels joined by dots, at most 253 characters. */
export const dnsName = z
  .string(dnsNameRule)
  .max(253, "must be at most 253 characters")
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/, dnsNameRule);

/** A TCP port number. */
export const port = z
  .int("must be a port: a whole number from 1 to 65535")
  .min(1, "must be a port: a whole number from 1 to 65535")
  .max(65535, "must be a port: a whole number from 1 to 65535");

function isPositive(text: string): boolean {
  return (parseQuantity(text)?.numerator ?? 0n) > 0n;
}

const cpuRule = 'must be a CPU quantity above zero, such as "2", "0.5" or "200m"';
/** CPU in cores or millicores. */
export const cpuQuantity = z
  .string('must be a CPU quantity in quotes, such as "2" or "200m"')
  .regex(/^\d+(\.\d+)?m?$/, cpuRule)
  .refine(isPositive, cpuRule);

const byteRule =
  'must be a quantity of bytes above zero in Ki, Mi, Gi or Ti, such as "512Mi" or "1Gi" (GB and M are decimal units and easily mistaken)';
/** Bytes in binary units. */
export const byteQuantity = z
  .string('must be a quantity of bytes, such as "512Mi" or "1Gi"')
  .regex(/^\d+(\.\d+)?[KMGT]i$/, byteRule)
  .refine(isPositive, byteRule);

/** A single line of text that is not blank. */
export const line = z
  .string("must be a line of text in quotes")
  .regex(/\S/, "must not be empty: write a line of text")
  .regex(/^[^\n\r]*$/, "must be a single line");

const reasonRule = "must be a reason that an auditor understands, at least 10 characters";
/** Why something that is refused otherwise may be so. */
export const reason = line.refine((text) => text.trim() === "" || isReason(text), reasonRule);

/** Whether a text is long enough to be a reason; blanks at its ends do not count. */
export function isReason(text: string): boolean {
  return text.trim().length >= 10;
}

/** An image release: a tag for people, a digest for machines. */
export const release = z
  .string("must be tag@sha256:digest in quotes")
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}@sha256:[0-9a-f]{64}$/,
    "must be tag@sha256:digest with 64 hexadecimal digits, such as 1.4.2@sha256:0f1e...; a tag alone can be moved to other bytes, so look the digest up in the registry",
  );

/**
 * Turns the issues that zod found in a file into diagnostics: the path, the value found there, what is allowed. Values of
 * `hidden` fields are not shown, since they may be secrets.
 * @param schema what the input was held against; it knows which key an unknown one may be meant for. Default: not known.
 */
export function diagnosticsOf(
  error: z.ZodError,
  input: unknown,
  file: string,
  root: string,
  hidden: readonly string[] = [],
  schema?: z.ZodType,
): Diagnostic[] {
  const problems = error.issues
    .filter((issue) => !isCoveredByAnother(issue, error.issues))
    .flatMap((issue) => issueProblems(issue, input, file, root, hidden, schema));
  // Two checks of one field may have the same message.
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}

/** Whether a limit says less than another one of the same field: what is above 63 characters is above 40, too. */
function isCoveredByAnother(issue: z.core.$ZodIssue, all: readonly z.core.$ZodIssue[]): boolean {
  if (issue.code !== "too_big") return false;
  const place = formatPath(issue.path);
  return all.some(
    (other) => other.code === "too_big" && formatPath(other.path) === place && other.maximum < issue.maximum,
  );
}

function issueProblems(
  issue: z.core.$ZodIssue,
  input: unknown,
  file: string,
  root: string,
  hidden: readonly string[],
  schema: z.ZodType | undefined,
): Diagnostic[] {
  const at = (path: readonly PropertyKey[]) => joinPath(root, formatPath(path));
  const value = valueAt(input, issue.path);
  const shown =
    value === undefined || issue.path.some((key) => hidden.includes(String(key))) ? "" : `${subject(value)} `;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        file,
        path: at([...issue.path, key]),
        message: `unknown key; remove it or correct its spelling${schema === undefined ? "" : didYouMean(key, knownKeys(schema, issue.path))}`,
      }));
    case "invalid_union":
      if (value === undefined) {
        return [{ file, path: at(issue.path), message: `is missing; add it (${issue.message})` }];
      }
      return [{ file, path: at(issue.path), message: `${shown}${issue.message}` }];
    case "invalid_type":
      if (value === undefined) {
        return [{ file, path: at(issue.path), message: `is missing; add it (${expectation(issue)})` }];
      }
      return [{ file, path: at(issue.path), message: `${shown}${expectation(issue)}` }];
    case "invalid_value":
      if (value === undefined) {
        return [{ file, path: at(issue.path), message: `is missing; add it (one of ${issue.values.join(", ")})` }];
      }
      return [{ file, path: at(issue.path), message: `${shown}must be one of ${issue.values.join(", ")}` }];
    case "invalid_key":
      return [{ file, path: at(issue.path), message: `this name ${issue.issues[0]?.message ?? "is not allowed"}` }];
    default:
      return [{ file, path: at(issue.path), message: `${shown}${issue.message}` }];
  }
}

/** A value as the subject of a sentence: as it is, or "this list" and "this map" where it is too long to show. */
function subject(value: unknown): string {
  const text = formatValue(value);
  if (typeof value !== "object" || value === null || !text.endsWith("...")) return text;
  return Array.isArray(value) ? "this list" : "this map";
}

function expectation(issue: { message: string; expected?: string }): string {
  return issue.message.startsWith("must") ? issue.message : `must be ${inWords(issue.expected ?? "another value")}`;
}

/** zod's names of types in the words of people who write YAML or a description. */
function inWords(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: "text in quotes",
    array: "a list",
    record: "a map",
    object: "a map",
    boolean: "true or false, without quotes",
  };
  return words[expected] ?? expected;
}

function joinPath(root: string, path: string): string {
  if (root === "" || path === "") return root + path;
  return path.startsWith("[") ? root + path : `${root}.${path}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, input);
}
