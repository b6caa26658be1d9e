import { type Diagnostic, type DiagnosticCollector, formatValue, ValidationError } from "../diagnostic.ts";
import { withPatchForce } from "./patchForce.ts";
import { NotPlainError, plainCopy } from "./plainCopy.ts";
import { liftedProtections, type MoreProtections, type Protection, protectionsOf } from "./protections.ts";
import { reasonAnnotations } from "./reasonAnnotations.ts";
import { dnsLabel, dnsName, reason } from "./validators.ts";

/** A user's function that modifies a generated manifest: it is given the whole manifest and returns the one to register. */
export type Transform<Manifest> = (manifest: Manifest) => Manifest;

/** A transform that lifts protections of the generated manifest, and why. */
export interface ExplainedTransform<Manifest> {
  readonly transform: Transform<Manifest>;
  /** Protection -> why the transform may lift it, at least 10 characters. Shown by `render`, and at the object. */
  readonly securityExceptions: Reasons;
}

/** A transform as people write it: the function alone, where it lifts no protection. */
export type StatedTransform<Manifest> = Transform<Manifest> | ExplainedTransform<Manifest>;

/** Protection -> why it is lifted. */
type Reasons = Readonly<Partial<Record<Protection, { readonly reason: string }>>>;

/** What the checks of a transform need of a manifest. */
export interface TransformedManifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> | undefined };
}

/** Applies a transform; where it is not valid the problem is noted, and the result is what was generated. */
export type ApplyTransform = <Manifest extends TransformedManifest>(
  stated: StatedTransform<Manifest> | undefined,
  generated: Manifest,
) => Manifest;

/** {@link applyTransform} for several transforms of one place, whose problems are collected. */
export function collectingTransforms(
  problems: DiagnosticCollector,
  file: string,
  exceptions: Reasons = {},
  more: (kind: string) => MoreProtections = () => ({}),
): ApplyTransform {
  return (stated, generated) =>
    problems.attempt(() => applyTransform(stated, generated, file, exceptions, more(generated.kind)), generated);
}

/**
 * Applies a user's transform to a generated manifest, if there is one, and makes the result one whose fields Git wins
 * ({@link withPatchForce}). The result keeps the protections of the generated manifest, or says why it does not.
 * @param file the file or folder of the transform, for diagnostics: `services/receipts`.
 * @param exceptions the security exceptions of the description, which hold for its transforms too.
 * @param more further protections of this kind of object.
 * @throws ValidationError where the transform fails, returns no manifest, changes what an object must keep, or lifts
 * protections without a reason.
 */
export function applyTransform<Manifest extends TransformedManifest>(
  stated: StatedTransform<Manifest> | undefined,
  generated: Manifest,
  file: string,
  exceptions: Reasons = {},
  more: MoreProtections = {},
): Manifest {
  if (stated === undefined) return withPatchForce(generated);
  const field = transformName(generated.kind);
  const diagnostic = (message: string): Diagnostic => ({ file, path: `transforms.${field}`, message });
  const fail = (message: string): never => {
    throw new ValidationError([diagnostic(message)]);
  };
  const { transform, securityExceptions } =
    typeof stated === "function" ? { transform: stated, securityExceptions: {} } : stated;
  const returned = attempt(() => transform(structuredClone(generated)), fail);
  checkShape(returned, generated, fail);
  const result = asPlain(returned, fail);
  const reasons: Readonly<Record<string, Reasons[Protection]>> = { ...exceptions, ...securityExceptions };
  const lifted = liftedProtections(generated, result, more);
  const messages = [
    ...exceptionProblems(securityExceptions, protectionsOf(generated.kind, more), generated.kind),
    ...lifted.flatMap(({ protection, gaps }) => {
      if (reasons[protection]?.reason !== undefined) return [];
      const places = gaps.map(
        ({ field: place, value }) => `${place} is ${value === undefined ? "not stated" : formatValue(value)}`,
      );
      return [
        `lifts the protection ${protection} of ${generated.kind} ${generated.metadata.name}: ${places.join(", ")}; leave that out, or write { transform, securityExceptions: { ${protection}: { reason: "..." } } }`,
      ];
    }),
  ];
  if (messages.length > 0) throw new ValidationError(messages.map(diagnostic));
  const names = lifted.map(({ protection }) => protection);
  return withPatchForce(withReasons(result, names, reasons));
}

/** Refuses a result that is no manifest, or not one of the same object kind. */
function checkShape(
  result: TransformedManifest,
  generated: TransformedManifest,
  fail: (message: string) => never,
): void {
  if (typeof result !== "object" || result === null || typeof result.metadata?.name !== "string") {
    fail("returned no manifest; return the manifest that it was given, changed or not");
  }
  for (const field of ["apiVersion", "kind"] as const) {
    if (result[field] !== generated[field]) {
      fail(
        `changed ${field} to ${formatValue(result[field])}; leave it ${formatValue(generated[field])}: an object keeps its kind`,
      );
    }
  }
  const { name, namespace }: { name: string; namespace?: string } = result.metadata;
  if (!dnsName.safeParse(name).success)
    fail(`chose the name ${formatValue(name)}; it must be a DNS name in lower case`);
  if (namespace !== undefined && !dnsLabel.safeParse(namespace).success) {
    fail(
      `chose the namespace ${formatValue(namespace)}; it must be a DNS label: lower-case letters a-z, digits and hyphens`,
    );
  }
}

/** The result as plain data, which alone can be held against what was generated. */
function asPlain<Manifest>(result: Manifest, fail: (message: string) => never): Manifest {
  try {
    // A copy of plain data has its type.
    return plainCopy(result) as Manifest;
  } catch (error) {
    if (!(error instanceof NotPlainError)) throw error;
    return fail(
      `returned at ${error.path} ${error.message}; return plain values: text, numbers, true, false, lists, maps`,
    );
  }
}

/** What is wrong with a transform's reasons, which a program that uses the package may state unchecked. */
function exceptionProblems(stated: Reasons, known: readonly string[], kind: string): string[] {
  return Object.entries(stated).flatMap(([protection, exception]) => {
    if (!known.includes(protection)) {
      return [`securityExceptions.${protection} is no protection of a ${kind}; it has ${known.join(", ")}`];
    }
    const problem = reason.safeParse(exception?.reason).error?.issues[0]?.message;
    return problem === undefined ? [] : [`securityExceptions.${protection}.reason ${problem}`];
  });
}

/** The manifest with the reason for each protection that it lacks, beside whatever annotations it has. */
function withReasons<Manifest extends TransformedManifest>(
  manifest: Manifest,
  lifted: readonly string[],
  reasons: Readonly<Record<string, Reasons[Protection]>>,
): Manifest {
  if (lifted.length === 0) return manifest;
  const { metadata } = manifest;
  const annotations = {
    ...metadata.annotations,
    ...reasonAnnotations(
      "security-exception",
      Object.fromEntries(lifted.map((protection) => [protection, reasons[protection]?.reason])),
    ),
  };
  return { ...manifest, metadata: { ...metadata, annotations } };
}

function attempt<Result>(work: () => Result, fail: (message: string) => never): Result {
  try {
    return work();
  } catch (error) {
    return fail(`failed: ${error instanceof Error ? error.message : String(error)}; correct the function`);
  }
}

/** The field of `transforms` for a kind: `HTTPRoute` -> `httpRoute`, `BackendTLSPolicy` -> `backendTlsPolicy`. */
function transformName(kind: string): string {
  return kind
    .replaceAll(/(?<=[A-Z])[A-Z]+(?=[A-Z][a-z])/g, (rest) => rest.toLowerCase())
    .replace(/^[A-Z]/, (first) => first.toLowerCase());
}
